"""The argument put to the test: what is run, what is told, and what is written."""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import scipy.stats

import sim
from sim.errors import CommandError
from sim.report.kit.catalogue import ASSUMPTIONS_HEADING
from sim.scenario.reading.late_checks import value_at
from sim.scenario.reading.load import load
from sim.scenario.shipped import argument, shipped
from sim.studies.claims.api import judge_claims
from tests.other_model import command_on, execution_of

SHOP = """
name: Corner shop
months: 4
replications: 5
policies: {equal: {}, value_tiers: {}}
hypotheses:
  - name: Tiers pay
    claim: profit[value_tiers] > profit[equal]
    argument: [C8, C10]
    because: They go first.
    turns_with: {behaviour.talk.retell: [0, 0.4, 0.2], people.patience_minutes: [unlimited]}
  - name: Tiers pay at last
    claim: profit[value_tiers, last 2] > profit[equal, last 2]
    argument: [C16]
    turns_with: {behaviour.talk.retell: [0.4]}
  - {name: There is profit, claim: "profit[equal] > 0"}
"""
RUNS = []


def simulate(scenario, policy, replication):
    """Make a run whose tiers pay as long as people hardly talk."""
    RUNS.append((scenario, policy, replication))
    gain = 1 - 5 * scenario.behaviour.talk.retell if policy == "value_tiers" else 0.0
    return 10 + gain + math.sin(replication) + 0.01 * math.sin(9 * replication + gain)


MEASURING = SimpleNamespace(value=lambda tallies, term: tallies)


EXECUTION = execution_of(simulate, MEASURING)
command = command_on(EXECUTION)


def claims(scenarios, progress=None, **options):
    """Judge scenarios on a model of a line."""
    return judge_claims(scenarios, replace(EXECUTION, progress=progress), **options)


@pytest.fixture
def shop(monkeypatch, tmp_path):
    """Stand in a folder with a scenario."""
    RUNS.clear()
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP)
    return "shop.yaml"


def test_every_hypothesis_is_judged_in_the_scenario_as_it_is(shop):
    found = claims([shop])
    assert found.table["verdict"].to_list() == ["supported"] * 3
    assert found.table["argument"].to_list() == ["C8, C10", "C16", ""]
    assert found.table["replications"].to_list() == [20] * 3


def test_verdicts_rest_on_intervals_that_cover_together(shop):
    found = claims([shop], replications=4)
    for table in (found.table, found.trials):
        for row in table.to_dicts():
            assert row["p_adjusted"] == pytest.approx(min(1, 3 * row["p"]))
            ends = (row["low_adjusted"], row["low"], row["high"], row["high_adjusted"])
            assert ends == tuple(sorted(ends))
    # Half of the width over that of one comparison: Student's quantiles at 3 degrees of freedom.
    wide, narrow = (scipy.stats.t.ppf(1 - level / 2, 3) for level in (0.05 / 3, 0.05))
    first = found.table.row(0, named=True)
    ratio = (first["high_adjusted"] - first["low_adjusted"]) / (first["high"] - first["low"])
    assert ratio == pytest.approx(wide / narrow)


def test_the_page_says_the_level_and_what_each_would_be_by_itself(shop):
    near = SHOP.replace("profit[equal] > 0", "profit[equal] > 9.1").replace("C16", "C3")
    Path(shop).write_text(near)
    found = claims([shop], replications=5)
    row = found.table.row(2, named=True)
    assert row["p"] < 0.05 < row["p_adjusted"]
    text = " ".join(found.write("claims.md").read_text(encoding="utf-8").split())
    assert "The 3 comparisons of the page" in text
    assert "95% for all of them, so 98.33% for each (Bonferroni)" in text
    assert "Of 3 comparisons: 2 supported, 1 undecided." in text
    assert "each of the 1 undecided been the only comparison: 1 supported." in text
    assert re.search(
        r"There is profit \| undecided \| [^|]+ \| \+[\d.]+ to \+[\d.]+: supported \|", text
    )


def test_it_is_judged_at_the_values_to_try_and_its_own(shop):
    trials = claims([shop]).trials
    first = trials.filter(name="Tiers pay", path="behaviour.talk.retell")
    assert first["value"].to_list() == ["0", "0.02", "0.2", "0.4"]
    assert first["verdict"].to_list() == ["supported", "supported", "negligible", "refuted"]
    patience = trials.filter(path="people.patience_minutes")
    assert patience["value"].to_list() == ["as it is", "unlimited"]
    assert patience["verdict"].to_list() == ["supported"] * 2


def test_where_it_turns_is_told(shop):
    told = claims([shop]).table["turns"].to_list()
    assert told[0] == (
        "behaviour.talk.retell: supported at 0.02, negligible at 0.2; "
        "negligible at 0.2, refuted at 0.4; "
        "people.patience_minutes: does not change in the range tried (as it is, unlimited)"
    )
    assert told[2] == ""


def test_a_run_that_several_need_is_made_once(shop):
    found = claims([shop])
    # Both policies at retell 0, 0.02 (the scenario's own), 0.2 and 0.4, and with endless patience;
    # and the tiers' controls at its own: either favour alone, neither, and the placebo.
    assert found.runs == len(RUNS) == (2 * 5 + 4) * 20
    made = {(s.behaviour.talk.retell, s.people.patience_minutes, p, r) for s, p, r in RUNS}
    assert len(made) == len(RUNS)


def test_policies_of_a_scenario_are_run_replication_by_replication(shop):
    claims([shop], only=["C16"], replications=2)
    runs = [(policy, number) for scenario, policy, number in RUNS if scenario is RUNS[0][0]]
    assert runs[:4] == [("value_tiers", 0), ("equal", 0), ("value_tiers", 1), ("equal", 1)]


def test_hypotheses_that_try_the_same_value_share_its_scenario(shop):
    other = SHOP.replace("profit[equal, last 2]", "profit[complaint_rewarding, last 2]")
    Path(shop).write_text(
        other.replace("value_tiers: {}}", "value_tiers: {}, complaint_rewarding: {}}")
    )
    claims([shop], replications=1)
    tried = {id(one) for one, _, _ in RUNS if one.behaviour.talk.retell == 0.4}
    assert len(tried) == 1


def test_policies_under_which_customers_are_followed_share_their_scenario(shop):
    term = "churn_rate[{0}, tier top of value_tiers]"
    claim = f"{term.format('value_tiers')} > {term.format('equal')}"
    hypothesis = f"  - {{name: They stay, claim: '{claim}'}}\n"
    Path(shop).write_text(SHOP.split("hypotheses:")[0] + "hypotheses:\n" + hypothesis)
    claims([shop], replications=1)
    assert sorted(policy for _, policy, _ in RUNS) == ["equal", "value_tiers"]
    assert RUNS[0][0] is RUNS[1][0]
    assert [one.claim for one in RUNS[0][0].hypotheses] == [claim]


def test_what_is_kept_is_not_run_again_and_gives_the_same(shop):
    whole = claims([shop], replications=3)
    RUNS.clear()
    first = claims([shop], replications=3, keep="kept folder")
    assert first.table.equals(whole.table)
    (kept,) = Path("kept folder").iterdir()
    lines = kept.read_text().splitlines(keepends=True)
    assert len(lines) == len(RUNS) == first.runs
    kept.write_text("".join(lines[:7]) + lines[7][:-9])  # killed while it wrote the eighth
    RUNS.clear()
    again = claims([shop], replications=3, keep="kept folder")
    assert len(RUNS) == first.runs - 7
    assert again.table.equals(whole.table)
    assert again.trials.equals(whole.trials)
    assert sorted(kept.read_text().splitlines(keepends=True)) == sorted(lines)


def test_more_replications_go_on_from_fewer(shop):
    fewer = claims([shop], replications=3, keep="kept")
    RUNS.clear()
    more = claims([shop], replications=4, keep="kept")
    assert len(RUNS) == more.runs - fewer.runs


def test_what_is_no_run_is_refused_with_its_line(shop):
    claims([shop], replications=1, keep="kept")
    (kept,) = Path("kept").iterdir()
    kept.write_text('{"of": 3}\n' + kept.read_text())
    with pytest.raises(CommandError, match=r"runs-\w+\.jsonl, line 1: this is no finished run"):
        claims([shop], replications=1, keep="kept")


def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(shop):
    Path("kept").write_text("a file")
    with pytest.raises(CommandError, match="cannot be written"):
        claims([shop], replications=1, keep="kept")
    assert RUNS == []


def test_replications_are_those_asked_for_or_the_scenarios_and_at_least_20(shop):
    assert set(claims([shop], replications=3).table["replications"]) == {3}
    Path(shop).write_text(SHOP.replace("replications: 5", "replications: 30"))
    assert set(claims([shop]).table["replications"]) == {30}


def test_one_claim_alone(shop):
    found = claims([shop], only=["C16"])
    assert found.table["name"].to_list() == ["Tiers pay at last"]
    assert found.untested() == tuple(number for number in argument() if number != "C16")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"only": ["C29"]}, "no claim C29; there are C1 to C28"),
        ({"only": ["C2"]}, "no hypothesis of shop.yaml tests C2"),
        ({"replications": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_runs(shop, options, said):
    with pytest.raises(CommandError, match=said):
        claims([shop], **options)
    assert RUNS == []


def test_there_is_at_least_one_worker(shop):
    with pytest.raises(CommandError, match="at least 1"):
        judge_claims([shop], replace(EXECUTION, workers=0), replications=1)


def test_the_progress_counts_every_run(shop):
    told = []
    claims([shop], replications=2, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 28)
    assert told[-1] == (28, 28)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_the_page_says_each_claim_with_its_plots(shop):
    found = claims([shop])
    page = found.write("docs/claims.md")
    text = page.read_text(encoding="utf-8")
    assert text.count("\n## C") == 28
    assert text.count("No hypothesis tests this claim.") == 25
    assert "| C8 | the head of marketing | shop | Tiers pay | supported | +0.9" in text
    assert "| 0.4 | refuted |" in text
    assert "| **0.02** | supported |" in text
    assert "| **as it is** | supported |" in text
    plots = {path.name for path in Path("docs/claims").iterdir()}
    assert len(plots) == 3
    assert all(f"claims/{name}" in text for name in plots)


def test_the_page_says_how_far_verdicts_depend_on_assumptions(shop):
    text = claims([shop]).write("claims.md").read_text(encoding="utf-8")
    section = text[text.index(f"## {ASSUMPTIONS_HEADING}") : text.index("## C1\n")]
    said = " ".join(section.split())
    assert "2 hypotheses were judged again at other values of 1 keys whose default" in said
    assert "In 2 of them the verdict differs" in said
    assert "in 2 of these it is reversed" in said
    assert (
        "| `behaviour.talk.retell` | 0.02 | 0 to 0.4 | declared assumption; plausible 0 to 0.04; "
        "past 1 / tells_bad stories never end | 2 | 0 | 0 | 2 "
        "| Tiers pay (`shop`); Tiers pay at last (`shop`) |"
    ) in section
    chosen = section[section.index("### Choices of scenarios and policies") :]
    assert "| `people.patience_minutes` |  | as it is, unlimited |  | 1 | 1 | 0 | 0 |  |" in chosen


def test_the_page_repeats_to_the_byte_and_old_plots_go(shop):
    found = claims([shop])
    found.write("claims.md")
    old = {path.name: path.read_bytes() for path in Path("claims").iterdir()}
    page = Path("claims.md").read_bytes()
    Path("claims/gone.svg").write_text("x")
    claims([shop]).write("claims.md")
    assert {path.name: path.read_bytes() for path in Path("claims").iterdir()} == old
    assert Path("claims.md").read_bytes() == page


def test_a_page_without_plots_says_the_same(shop):
    found = claims([shop])
    text = found.write("claims.md").read_text(encoding="utf-8")
    plain = found.write("claims.md", plots=False).read_text(encoding="utf-8")
    lines = text.split("\n")
    images = [index for index, line in enumerate(lines) if line.startswith("  ![")]
    assert images
    kept = [n for n in range(len(lines)) if n not in images and n - 1 not in images]
    assert plain == "\n".join(lines[n] for n in kept)
    assert list(Path("claims").iterdir()) == []


def test_page_and_terminal_split_what_pays_into_profit_and_equity(shop):
    worth = "profit[{0}] + 2 * customer_equity[{0}]"
    claim = f"{worth.format('value_tiers')} > {worth.format('equal')}"
    hypothesis = f"  - {{name: It pays, claim: '{claim}'}}\n"
    Path(shop).write_text(SHOP.split("hypotheses:")[0] + "hypotheses:\n" + hypothesis)
    # Each measure is the same number here, and gains half of it: equity counts double.
    text = claims([shop]).write("claims.md").read_text(encoding="utf-8")
    profit, equity = re.search(
        r"Of this, profit (\+[\d.]+) .*customer equity (\+[\d.]+) ", text
    ).groups()
    assert float(equity) == pytest.approx(2 * float(profit), abs=0.02)
    assert "Of this, profit" in " ".join(command("claims", shop, "-n", "20").stdout.split())


def test_a_page_has_its_ending(shop):
    with pytest.raises(CommandError, match=r"must end in \.md or \.html"):
        claims([shop], replications=2).write("claims.txt")


def test_the_page_in_html_says_what_the_other_says(shop):
    found = claims([shop])
    text = found.write("claims.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert not Path("claims").exists()
    plain = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    assert "Of 3 comparisons:" in plain
    for one in found.tested:
        assert f"{one.hypothesis.name}: {one.verdict.word}" in plain
        assert html.escape(one.hypothesis.claim) in text
    rows = sum(max(1, len(one.hypothesis.argument)) for one in found.tested)
    assert text.count("<tr>") == 1 + rows
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "<svg" not in found.write("plain.html", plots=False).read_text(encoding="utf-8")


def test_the_command_prints_verdicts_and_turns(shop):
    ran = command("claims", shop, "-n", "20")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "C8 the head of" in ran.stdout
    assert "negligible at 0.2, refuted at 0.4" in " ".join(ran.stdout.split())
    assert "3 hypotheses, 280 runs." in ran.stdout
    assert "Not tested here: C1, C2," in ran.stdout
    ran.stdout.replace("─", "-").encode("cp1252")


def test_the_command_gives_json_and_a_report(shop):
    words = ["claims", shop, "--only", "C8", "--json", "--report", "--out", "here.md"]
    ran = command(*words)
    told = json.loads(ran.stdout)
    assert [one["name"] for one in told["claims"]] == ["Tiers pay"]
    assert len(told["trials"]) == 6
    assert [one["part"] for one in told["parts"]][:3] == ["whole", "selection", "rest"]
    assert ran.stderr == "Report: here.md\n"
    assert Path("here.md").exists()


def test_the_command_refuses_an_unknown_claim(shop):
    ran = command("claims", shop, "--only", "C0")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "C1 to C28" in ran.stderr


def test_the_command_hands_a_cluster_on(shop):
    words = ["claims", shop, "-n", "2", "--cluster", "nowhere"]
    ran = command(*words)
    assert ran.exit_code == 2
    assert "cluster: no scheduler answers at nowhere" in ran.stderr


def test_a_real_run_agrees_with_sim_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text("""
name: Small
months: 3
replications: 4
people: {count: 200, customers: 120, contacts_per_month: {mean: 4}}
network: {mean_degree: 4}
switch_month: 2
policies: {equal: {}, value_tiers: {}, complaint_rewarding: {}}
hypotheses:
  - {name: Revenue, claim: "revenue[value_tiers, last 2] > revenue[equal, last 2]"}
  - name: Waits
    claim: >-
      wait_mean[value_tiers, tier top of value_tiers, month 3]
      < wait_mean[equal, tier top of value_tiers, month 3]
  - name: Remedies
    claim: remedies[complaint_rewarding] > remedies[equal]
    turns_with: {desk.pools.frontline.agents: [1]}
""")
    found = sim.claims(["small.yaml"], replications=4).table
    table = sim.run("small.yaml", out="out").hypotheses()
    columns = ["name", "claim", "verdict", "difference", "low", "high", "p", "replications"]
    columns += ["low_adjusted", "high_adjusted", "p_adjusted"]
    assert found.select(columns).equals(table.select(columns))


def test_values_are_found_by_path():
    scenario = load(shipped()["broadband"], ["hypotheses=[]", "policies={value_tiers: {}}"])
    assert value_at(scenario, "desk.pools.frontline.agents") == 4
    assert value_at(scenario, "needs.fault.resolved") == value_at(scenario, "needs.1.resolved")
    assert value_at(scenario, "policies.value_tiers.tiers.top.privilege") == 0.5
    assert value_at(scenario, "people.patience_minutes") is None
    bank = load("bank_1999")
    assert value_at(bank, "desk.pools.frontline.shifts.0.agents") == 1
    assert value_at(scenario, "nowhere.at.all") is None


BELIEFS = "beliefs: {behaviour.talk.retell: {from: 0, to: 0.4}}\n"


@pytest.fixture
def unsure(shop):
    """Stand in a folder with a scenario in which people retell with any chance up to 0.4."""
    Path(shop).write_text(BELIEFS + SHOP)
    return shop


def test_a_chance_over_worlds_is_the_part_in_which_the_claim_holds(unsure):
    # Tiers gain 1 - 5 retell, so they pay where retell is below 0.2: half of its range.
    found = claims([unsure], worlds=64)
    rows = {row["name"]: row for row in found.worlds.to_dicts()}
    pays = rows["Tiers pay"]
    assert pays["worlds"] == 64
    assert pays["true"] == pytest.approx(0.5, abs=0.04)
    assert pays["p50"] == pytest.approx(0.0, abs=0.08)
    assert (pays["p5"], pays["p95"]) == pytest.approx((-0.9, 0.9), abs=0.08)
    assert pays["settings"].startswith("behaviour.talk.retell ")
    assert float(pays["settings"].split()[1].strip("%,")) > 90
    sure = rows["There is profit"]
    assert (sure["true"], sure["settings"]) == (1.0, "")


def test_more_worlds_begin_with_the_fewer_and_each_has_its_own_luck(unsure):
    claims([unsure], worlds=32)
    few = {run[0].seed for run in RUNS}
    RUNS.clear()
    claims([unsure], worlds=64)
    assert few < {run[0].seed for run in RUNS}
    assert len(few) == 33


def test_the_page_begins_with_the_answer_and_a_map(unsure):
    text = claims([unsure], worlds=64).write("claims.md").read_text(encoding="utf-8")
    answer = text[text.index("## The answer") : text.index("| claim |")]
    assert "Of 3 comparisons: 3 supported." in answer
    assert "1 of 3 are likely true" in answer
    assert "2 turn on what nobody has measured" in " ".join(answer.split())
    assert "(claims/map.svg)" in answer
    assert Path("claims/map.svg").exists()
    assert "Over 64 plausible worlds it is true with a chance of" in text
    assert "worlds" not in claims([unsure]).write("without.md").read_text(encoding="utf-8")


def test_worlds_cannot_be_too_few_nor_contradict_what_is_known(unsure):
    with pytest.raises(CommandError, match=r"at least 32 \(got 5\)"):
        claims([unsure], worlds=5)
    known = "known: {churn_rate: {value: 0.01, within: 0.001}}\n"
    Path(unsure).write_text(known + BELIEFS + SHOP)
    with pytest.raises(CommandError, match="do not heed what is known"):
        claims([unsure], worlds=32)
    assert RUNS == []


def test_the_command_draws_worlds(unsure):
    ran = command("claims", unsure, "-n", "20", "--worlds", "32")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "True in" in ran.stdout
    told = json.loads(command("claims", unsure, "-n", "20", "--worlds", "32", "--json").stdout)
    assert len(told["worlds"]) == 3
