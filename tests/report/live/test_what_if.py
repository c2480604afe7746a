"""What a page that runs the model holds, what it refuses, and what it says then."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
import yaml
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import CommandError, RunError
from sim.measures.definitions import MEASURES
from sim.report.live import module as shipped_module
from sim.report.live.live_measures import formula_tree, is_live, measures_of
from sim.report.live.module import why_not
from sim.report.live.movable import settings_of
from sim.report.live.what_if import Asked, Carried, what_if
from sim.scenario.reading.load import from_mapping, load, override

SMALL = {
    "name": "Small & <b>bold</b>",
    "months": 2,
    "replications": 4,
    "people": {"count": 120, "customers": 60},
    "policies": {"equal": {}, "value_tiers": {}},
    "hypotheses": [{"name": "Tiers pay", "claim": "profit[value_tiers] > profit[equal]"}],
}
ASKED = Asked("small.yaml", ("sim", "run", "small.yaml"), {})
current = pytest.mark.skipif(bool(why_not()), reason=why_not())
pytestmark = current


@pytest.fixture(scope="module")
def small():
    return from_mapping(SMALL)


def page_of(scenario, **carried):
    return what_if(scenario, ASKED, Carried(**carried))


def header_of(live):
    block = gzip.decompress(base64.b64decode(live.worlds))
    size = int.from_bytes(block[:8], "little")
    return json.loads(block[8 : 8 + size])


def test_a_page_holds_every_policy_and_replication(small):
    live = page_of(small)
    assert live.facts["replications"] == 4
    assert len(header_of(live)["worlds"]) == 8
    assert live.facts["command"] == ["sim", "run", "small.yaml", "-n", "4"]


def test_the_people_of_a_replication_are_kept_once_for_all_policies(small):
    worlds, names = (
        header_of(page_of(small))["worlds"],
        header_of(page_of(small))["layout"]["arrays"],
    )
    people = names.index("W.people")
    kept = [world[people] for world in worlds]
    assert kept == [kept[0], kept[0], kept[2], kept[2], kept[4], kept[4], kept[6], kept[6]]
    assert len(set(kept)) == 4


def test_as_many_replications_go_in_as_fit_and_it_says_what_two_take(small):
    two = page_of(override(small, {"replications": 2}))
    room = len(two.worlds) + len(two.code) + len(json.dumps(two.facts)) + 70_000
    assert page_of(small, most_bytes=room).facts["replications"] in (2, 3)
    with pytest.raises(CommandError, match=r"120 people in two replications take .* --megabytes 2"):
        page_of(small, most_bytes=len(two.code))


def test_people_of_a_customer_file_go_along_only_if_asked(tmp_path):
    (tmp_path / "people.csv").write_text("id,spend,iban\n" + "".join(
        f"Anna{i},{10 + i},DE{i:020}\n" for i in range(60)))  # fmt: skip
    scenario = from_mapping(
        SMALL | {"people": {"file": str(tmp_path / "people.csv"), "customers": 30}}
    )
    with pytest.raises(
        CommandError, match=r"would carry the people of .*people\.csv.*--with-people"
    ):
        page_of(scenario)
    live = page_of(scenario, with_people=True)
    block = gzip.decompress(base64.b64decode(live.worlds))
    assert b"Anna" not in block
    assert b"iban" not in block
    assert "Anna" not in json.dumps(live.facts)


def test_a_flag_without_effect_is_an_error(small):
    with pytest.raises(CommandError, match="no customer file"):
        page_of(small, with_people=True)


def test_choices_have_worlds_of_their_own_and_the_own_value_among_them(small):
    live = page_of(small, choices={"desk.pools.frontline.agents": [3]})
    own = load_agents(small)
    assert live.facts["choices"] == [["desk.pools.frontline.agents", [3, own]]]
    assert live.facts["own"] == [own]
    assert len(header_of(live)["worlds"]) == 4 * 2 * 2
    assert len(live.facts["places"]) == 4


def load_agents(scenario):
    return scenario.desk.pools["frontline"].agents


def test_only_settings_asked_for_have_sliders(small):
    live = page_of(small, prefixes=("behaviour.talk", "company"))
    groups = {one["group"] for one in live.facts["settings"]}
    assert groups == {"behaviour.talk", "company"}
    with pytest.raises(CommandError, match=r"--setting people\.count: no setting of it may move"):
        page_of(small, prefixes=("people.count",))


def test_what_would_have_to_be_built_anew_has_no_slider(small):
    paths = {one["path"] for one in page_of(small).facts["settings"]}
    assert len(paths) > 100
    derived = {"staff.quit.base_per_month", "needs.question.minutes.mean", "desk.day_cv"}
    assert not paths & derived
    assert {"behaviour.talk.retell", "company.serve_cost_per_month"} <= paths
    assert "desk.pools.frontline.wage_per_hour" in paths


def test_the_own_value_is_on_every_slider_and_stops_rise(small):
    for one in settings_of(small):
        assert one.own in one.stops
        assert list(one.stops) == sorted(set(one.stops))


def test_every_stop_is_a_value_that_the_scenario_takes(small):
    for one in settings_of(small, ["behaviour.talk", "company", "policies.value_tiers"]):
        for number in (one.stops[0], one.stops[-1]):
            override(small, {one.path: number})


def test_every_measure_but_those_over_people_and_yes_or_no_is_computed(small):
    left_out = {name for name, measure in MEASURES.items() if not is_live(measure)}
    assert left_out == {"gini_wait", "gini_remedy", "leaked", "ruined"} & set(MEASURES)
    assert set(measures_of(small)) | left_out == set(MEASURES)


def test_a_formula_that_the_page_cannot_compute_is_refused():
    assert formula_tree("a / (b - 2)") == ["/", "a", ["-", "b", 2]]
    with pytest.raises(ValueError, match="cannot be computed in a page"):
        formula_tree("max(a, b)")


def test_nothing_in_the_page_can_end_its_scripts(small, tmp_path):
    page = sim.explore(small, out=tmp_path / "page.html", settings=["company"]).read_text()
    assert "<b>bold</b>" not in page
    scripts = page.count("<script")
    assert scripts == page.count("</script>") == 5


def test_the_policy_of_the_page_lets_it_talk_to_nobody(small, tmp_path):
    page = sim.explore(small, out=tmp_path / "page.html", settings=["company"]).read_text()
    policy = page.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert "worker-src blob:" in policy
    assert "'wasm-unsafe-eval'" in policy
    assert "script-src 'sha256-" in policy


@pytest.mark.parametrize("state", [pytest.param("missing", marks=pytest.mark.whole), "stale"])
def test_a_module_that_is_missing_or_stale_is_left_out_with_a_word(
    state, small, tmp_path, monkeypatch
):
    facts = {"model_version": "of another day", "entry": "advance"}
    if state == "stale":
        (tmp_path / "engine.json").write_text(json.dumps(facts))
        (tmp_path / "engine.wasm.gz").write_bytes(b"")
    monkeypatch.setattr(shipped_module, "files", lambda _: tmp_path)
    shipped_module.why_not.cache_clear()
    try:
        with pytest.raises(RunError, match=r"python -m sim\.report\.live\.compile_module"):
            page_of(small)
        (tmp_path / "s.yaml").write_text(yaml.safe_dump(SMALL))
        words = ["run", str(tmp_path / "s.yaml"), "--live", "--quiet", "--out", str(tmp_path / "r")]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        assert "The page has no part “What if?”" in done.stderr
        assert 'id="live"' not in (tmp_path / "r" / "report.html").read_text()
    finally:
        shipped_module.why_not.cache_clear()


def command(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.whole
def test_a_run_and_a_report_have_the_part_if_asked(tmp_path):
    file, folder = tmp_path / "s.yaml", tmp_path / "results"
    file.write_text(yaml.safe_dump(SMALL))
    assert command("run", file, "--quiet", "--out", folder).exit_code == 0
    page = folder / "report.html"
    assert 'id="live"' not in page.read_text()
    assert command("report", folder, "--live").exit_code == 0
    assert 'id="live"' in page.read_text()
    assert command("report", folder).exit_code == 0
    assert 'id="live"' not in page.read_text()
    assert command("run", file, "--quiet", "--live", "--out", folder).exit_code == 0
    assert 'id="live"' in page.read_text()
    refused = command("report", folder, "--megabytes", "5")
    assert refused.exit_code == 2
    assert "--megabytes: has an effect only with --live" in refused.stderr


@pytest.mark.parametrize("text", ["desk.pools.frontline.agents", "=3", "a=[", "desk.none=3"])
def test_a_choice_that_cannot_be_read_is_refused(text, tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(yaml.safe_dump(SMALL))
    done = command("explore", file, "--choice", text, "--out", tmp_path / "p.html")
    assert done.exit_code == 2
    assert text.partition("=")[0] in done.stderr


def test_a_large_scenario_that_does_not_fit_names_the_size_that_would():
    scenario = load("broadband", ["months=1"], ["equal"])
    with pytest.raises(CommandError, match="--megabytes"):
        what_if(scenario, ASKED, Carried(prefixes=("company",), most_bytes=1_000_000))
