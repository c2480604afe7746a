"""The whole of `sim robust` on a model of a line, with a planted truth."""

import hashlib
import math
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim.errors import CommandError
from sim.scenario.plausible import beliefs_of
from sim.scenario.reading.load import parse, variations
from sim.studies.report.api import build
from sim.studies.robust.api import robust_selection
from sim.studies.robust.draw_runs import batches
from sim.studies.robust.draws import Draws
from tests.other_model import command_on, execution_of, on

TEXT = """\
name: Mine
months: 1
history_months: 0
staff: none
product: none
policies: {equal: {}, value_tiers: {}}
worth: {profit_discounted: 0.2}
beliefs: {behaviour.talk.retell: {from: 0, to: 0.5}}
"""
MADE = []


def simulate(scenario, policy, replication):
    """Tiers gain 1 where few retell, and lose 1 where more than 0.3 do; churn follows nature."""
    MADE.append(policy)
    told = f"{scenario.seed} {replication}".encode()
    luck = int.from_bytes(hashlib.sha256(told).digest()[:4]) / 2**32
    gain = (1.0 if scenario.behaviour.talk.retell < 0.3 else -1.0) + 0.4 * math.sin(99 * luck)
    money = 100 + luck + (gain if policy == "value_tiers" else 0.0)
    churn = 3 * scenario.behaviour.churn.natural_per_month + 1e-4 * math.cos(77 * luck)
    return {"profit_discounted": money, "churn_rate": churn}


MEASURES = {
    "profit_discounted": SimpleNamespace(unit="currency"),
    "churn_rate": SimpleNamespace(unit="share"),
}
MEASURING = SimpleNamespace(MEASURES=MEASURES, whole=dict, monthly=None, by_group=None)
EXECUTION = execution_of(simulate, MEASURING)
robust = on(EXECUTION, robust_selection)
command = command_on(EXECUTION)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(TEXT)
    MADE.clear()


def contents(folder):
    return {
        path.name: path.read_bytes()
        for path in Path(folder).iterdir()
        if path.suffix in (".csv", ".parquet", ".yaml") or path.name == "robust.json"
    }


def test_it_finds_what_decides_and_continues_to_the_same_bytes(monkeypatch):
    found = robust("my.yaml", draws=96, out="whole")
    chances = dict(found.policies.select("policy", "chance_best").iter_rows())
    assert chances["value_tiers"] == pytest.approx(0.6, abs=0.1)
    assert found.settings["setting"][0] == "behaviour.talk.retell"
    regions = dict(found.regions.select("policy", "region").iter_rows())
    assert set(regions) == {"equal", "value_tiers"}
    cut = float(regions["equal"].removeprefix("behaviour.talk.retell > "))
    assert cut == pytest.approx(0.3, abs=0.025)
    # Choosing tiers everywhere gives away 1 in the 40% of worlds where many retell.
    [evpi] = [one.evpi for one in found.findings.values()]
    assert evpi == pytest.approx(0.4, abs=0.1)
    assert len(found.answer()) <= 12

    again = sim.read_robust("whole")
    assert again.policies.equals(found.policies)
    assert again.settled == found.settled

    # Stopped after so many runs, and continued.
    count = 0

    def stopping(*words):
        nonlocal count
        count += 1
        if count > 100:
            raise KeyboardInterrupt
        return simulate(*words)

    with pytest.raises(KeyboardInterrupt):
        on(execution_of(stopping, MEASURING), robust_selection)("my.yaml", draws=96, out="parts")
    MADE.clear()
    robust("my.yaml", draws=96, out="parts")
    assert len(MADE) == found.sweep.manifest["runs"] - 100
    assert contents("parts") == contents("whole")


def test_the_command_answers_and_the_page_is_made_again():
    ran = command("robust", "my.yaml", "-n", "64", "--out", "out")
    assert ran.exit_code == 0, ran.output
    assert "Best by discounted profit: value_tiers" in ran.stdout
    assert "64 plausible worlds" in ran.stdout
    page = Path("out/report.html")
    first = page.read_bytes()
    assert build(Path("out")).read_bytes() == first
    for part in ("What decides", "behaviour.talk.retell", "written under beliefs"):
        assert part in first.decode()
    assert "sim robust my.yaml -n 64" in first.decode()


def test_wider_ranges_are_another_answer():
    narrow = robust("my.yaml", draws=32, out="narrow")
    wide = robust("my.yaml", draws=32, widen=2.0, out="wide")
    spend = [one.points["people.spend.mean"] for one in (narrow, wide)]
    assert spend[0].min() >= 20
    assert spend[1].min() < 20
    assert wide.sweep.manifest["robust"]["widen"] == 2
    with pytest.raises(CommandError, match="holds another sweep"):
        robust("my.yaml", draws=32, widen=3.0, out="wide")


KNOWN = "known: {churn_rate: {value: 0.018, within: 0.0005, discrepancy: 0}}\n"


def test_what_is_known_sets_worlds_aside_and_narrows_the_settings():
    Path("my.yaml").write_text(TEXT + KNOWN)
    found = robust("my.yaml", draws=48, out="out")
    # Natural churn is drawn from 0.002 to 0.008; the figure says 0.006, give or take 0.0002.
    [natural] = found.settings.filter(setting="behaviour.churn.natural_per_month").to_dicts()
    assert natural["likely_low"] == pytest.approx(0.006, abs=0.0005)
    assert natural["likely_high"] == pytest.approx(0.006, abs=0.0005)
    # Few of the worlds that cannot agree were run.
    near = found.points.filter(
        abs(found.points["behaviour.churn.natural_per_month"] - 0.006) < 1e-3
    )
    assert near.height > 40
    assert 10 < found.effective < 48
    [figure] = found.known.to_dicts()
    assert figure["after_p5"] < 0.018 < figure["after_p95"]
    assert figure["before_p5"] < figure["after_p5"]
    assert "count as" in found.answer()[1]
    assert "What is known" in found.build_report().read_text()


def test_a_figure_that_no_world_shows_is_said():
    Path("my.yaml").write_text(TEXT + KNOWN.replace("0.018", "0.5"))
    with pytest.raises(CommandError, match=r"no world drawn agrees|cannot agree"):
        robust("my.yaml", draws=32)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"replications": 1}, "at least 2"),
        ({"draws": 8}, "at least 32"),
        ({"measures": ["profti"]}, "no measure profti"),
        ({"measures": ["utilisation"]}, "so none is best"),
        ({"widen": 0.0}, "above 0"),
        ({"policies": ["equal"]}, "one policy only"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_runs(options, said):
    with pytest.raises(CommandError, match=said):
        robust("my.yaml", **options)
    assert not MADE


def drawn(count, text=TEXT):
    varied = variations(parse(text))
    draws = Draws(varied, beliefs_of(varied.base), 1)
    return draws, *draws.first(count)


def test_more_draws_begin_with_the_fewer():
    _, _, few = drawn(64)
    _, _, more = drawn(100)
    assert more.points.head(64).equals(few.points)
    assert few.points["seed"].n_unique() == 64


def test_draws_fill_the_space_where_none_is_refused():
    alike = "people: {count: 300, understanding: {cv: 0}}"
    draws, shares, _ = drawn(64, f"name: Mine\nmonths: 1\nbehaviour: none\n{alike}\n")
    assert draws.refused == 0
    # A scrambled Sobol sequence has one point in each of 64 equal parts of every range.
    for column in shares.T:
        assert sorted((64 * column).astype(int)) == list(range(64))


def test_worlds_that_break_a_rule_between_keys_are_left_out_and_counted():
    wide = "beliefs: {people.demanding_share.mean: {from: 0.1, to: 0.9}}"
    draws, _, design = drawn(
        48, f"name: Mine\nmonths: 1\npeople: {{demanding_share: {{cv: 1}}}}\n{wide}"
    )
    assert draws.refused > 0
    assert design.points.height == 48
    # A beta law with this mean needs cv^2 < (1 - mean) / mean.
    rows = design.points.select("people.demanding_share.mean", "people.demanding_share.cv")
    assert all(cv * cv * mean < 1 - mean for mean, cv in rows.iter_rows())


def test_the_answer_is_looked_at_after_each_doubling():
    assert batches(32) == [32]
    assert batches(64) == [64]
    assert batches(300) == [64, 128, 256, 300]
