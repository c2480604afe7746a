"""A dashboard's figures: read, given a meaning, and explained by plausible worlds."""

import math

import numpy as np
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import CommandError, DataError
from sim.scenario.ranges import Range
from sim.scenario.reading.load import load, parse, variations
from sim.studies.calibrate.kpi_rows import figures_of, meaning_of, read_kpis
from sim.studies.calibrate.told_settings import Setting, minds_lines, settings_of
from sim.studies.robust import past_worlds
from tests.studies.calibrate import planted_minds

CHURN = [0.010, 0.014, 0.012, 0.011, 0.013, 0.012]


def kpis(path, rows, head="month,measure,value"):
    path.write_text("\n".join([head, *rows]) + "\n")
    return path


def months(name, values):
    return [f"2031-{month + 1:02d},{name},{value}" for month, value in enumerate(values)]


def figures(path, *means, customers=300):
    return figures_of(path, read_kpis(path), dict(map(meaning_of, means)), customers)


def test_a_share_is_the_mean_of_its_months_with_the_error_that_they_show(tmp_path):
    (found,) = figures(kpis(tmp_path / "k.csv", months("churn_rate", CHURN)))
    assert found.known.value == pytest.approx(0.012)
    spread = math.sqrt(sum((value - 0.012) ** 2 for value in CHURN) / 5)
    # Of six months Student's law has variance 5/3.
    assert found.known.within == pytest.approx(spread / math.sqrt(6) * math.sqrt(5 / 3))
    assert found.known.model_error() == pytest.approx(0.05 * 0.012)
    assert found.months == 6


def test_a_given_error_goes_before_that_of_the_months(tmp_path):
    rows = [f"{row},0.004" for row in months("churn_rate", CHURN[:2])]
    path = kpis(tmp_path / "k.csv", rows, "month,measure,value,standard_error")
    (found,) = figures(path)
    assert found.known.within == pytest.approx(0.004 / math.sqrt(2))


def test_only_the_last_twelve_months_count(tmp_path):
    rows = [f"{month},churn_rate,{0.5 if month < 9 else 0.01 + month / 1e4}"
            for month in range(1, 21)]  # fmt: skip
    (found,) = figures(kpis(tmp_path / "k.csv", rows))
    assert found.months == 12
    assert found.known.value == pytest.approx(0.01 + 14.5 / 1e4)


def test_counts_are_of_a_year_of_a_company_of_the_scenarios_size(tmp_path):
    joins, size = [40, 44, 36, 40], [600] * 4
    path = kpis(tmp_path / "k.csv", [*months("joined", joins), *months("customers", size)])
    (found,) = figures(path, customers=300)
    assert found.known.value == pytest.approx(12 * 40 / 2)
    # 160 events are known by a thirteenth at best.
    assert found.known.within == pytest.approx(12 * math.sqrt(160) / 4 / 2)
    assert "times 0.5" in str(found)
    (alone,) = figures(kpis(tmp_path / "alone.csv", months("joined", joins)))
    assert alone.known.value == pytest.approx(12 * 40)
    assert "lacks customers" in str(alone)


def test_a_dashboards_scale_is_a_declared_approximation(tmp_path):
    path = kpis(tmp_path / "k.csv", months("NPS", [20, 30, 25, 25]))
    (found,) = figures(path, "NPS=satisfaction_mean:-100:100")
    assert found.known.value == pytest.approx(0.625)
    assert found.known.model_error() == 0.1
    assert "approximated: -100 to 100 taken for 0 to 1" in str(found)


def test_segments_and_channels_are_the_models_own(tmp_path):
    rows = [
        f"{month},{name},{segment},{value + month / 1000}"
        for month in range(1, 6)
        for name, segment, value in (
            ("churn_rate", "", 0.012), ("churn_rate", "loyal", 0.01), ("complaints", "public", 3),
        )
    ]  # fmt: skip
    found = figures(kpis(tmp_path / "k.csv", rows, "month,measure,segment,value"))
    assert [one.measure for one in found] == ["churn_rate", "loyal_churn_rate", "complaints_public"]


@pytest.mark.parametrize(
    ("rows", "means", "says"),
    [
        (months("churn_rat", CHURN), (), "2: no measure churn_rat.*Did you mean `churn_rate`"),
        (months("CSAT", CHURN), (), "say --means CSAT=satisfaction_mean:0:100"),
        (months("nps", CHURN), (), "say --means nps=satisfaction_mean:-100:100"),
        (months("churn_rate", [1.2, 1.4, 1.1, 1.3]), (), "in percent, say --means 'churn_rate=chu"),
        (months("CSAT", [70, 110, 80, 90]), ("CSAT=satisfaction_mean:0:100",), "outside 0 to 100"),
        (months("churn_rate", CHURN[:3]), (), "3 months do not say how sure it is"),
        (months("churn_rate", [0.01] * 6), (), "6 months do not say how sure it is"),
        (["April,churn_rate,0.01"], (), "2: month: must be such as 2031-04.*April"),
        (["2031-04,churn_rate,much"], (), "2: value: must be a number.*much"),
        (["2031-04,churn_rate,0.01"] * 2, (), "month 2031-04 has churn_rate twice"),
        (months("prospects", CHURN), (), "is a state at an end"),
        (months("customers", CHURN), (), "only how many customers"),
        ([*months("churn_rate", CHURN), *months("c", CHURN)], ("c=churn_rate",), "both stand for"),
        (months("churn_rate", CHURN), ("x=churn_rate",), "--means x: .* has no such measure"),
    ],
)
def test_what_cannot_be_read_or_known_is_refused(rows, means, says, tmp_path):
    with pytest.raises((DataError, CommandError), match=says):
        figures(kpis(tmp_path / "k.csv", rows), *means)


def test_a_segment_that_the_model_lacks_is_refused(tmp_path):
    rows = [f"{month},churn_rate,gold,0.01" for month in range(1, 6)]
    path = kpis(tmp_path / "k.csv", rows, "month,measure,segment,value")
    with pytest.raises(DataError, match=r"no measure of a segment gold; .* loyal, joiner, compl"):
        figures(path)


@pytest.mark.parametrize(
    "text", ["CSAT", "=churn_rate", "a=b:1", "a=churn_rat", "a=churn_rate:1:0", "a=churn_rate:x:1"]
)
def test_a_meaning_of_no_form_is_refused(text):
    with pytest.raises(CommandError, match="--means"):
        meaning_of(text)


def test_a_key_is_told_where_worlds_that_agree_lie_close():
    shares = np.random.default_rng(1).random((400, 30))
    # Worlds weigh by the first key alone, normal about a quarter with a spread of a twentieth.
    weights = np.exp(-0.5 * ((shares[:, 0] - 0.25) / 0.05) ** 2)
    ranges = [Range(f"behaviour.k{number}", 1.0, "", 0.0, 10.0).with_law("uniform", 0.0, 2.0)
              for number in range(30)]  # fmt: skip
    found = settings_of(ranges, shares, weights / weights.sum())
    assert [one.path for one in found if one.told] == ["behaviour.k0"]
    first = found[0]
    assert first.median == pytest.approx(0.5, abs=0.04)
    assert (first.low, first.high) == pytest.approx((0.5 - 0.1645, 0.5 + 0.1645), abs=0.05)
    assert first.width == pytest.approx(2 * 1.645 * 0.05 / 0.9, rel=0.2)
    assert (first.before_low, first.before_high) == pytest.approx((0.1, 1.9))


def test_what_is_told_becomes_a_scenario_on_top_of_the_world(tmp_path):
    (tmp_path / "tiny.yaml").write_text(planted_minds.COMPANY)
    told = [
        Setting("behaviour.churn.base_per_month", 0.01, 0.04, 0.015, 0.02, 0.025, 0.4, True),
        Setting("behaviour.perception.weights.wait", 0.1, 0.6, 0.2, 0.3, 0.4, 0.5, True),
        Setting("behaviour.talk.cap", 1, 9, 2, 3, 5, 0.4, True),
        Setting("people.contacts_per_month.mean", 0.2, 0.8, 0.3, 0.4, 0.5, 0.3, True),
    ]
    out = tmp_path / "minds.yaml"
    out.write_text("\n".join(minds_lines(str(tmp_path / "tiny.yaml"), told, out)))
    fitted, base = load(out), load(tmp_path / "tiny.yaml")
    assert fitted.behaviour.churn.base_per_month == 0.02
    assert fitted.behaviour.talk.cap == 3
    assert fitted.people.contacts_per_month == base.people.contacts_per_month
    # The weights sum to 1, and one of them alone would break that.
    assert fitted.behaviour.perception == base.behaviour.perception
    assert {name: (one.low, one.high) for name, one in fitted.beliefs.items()} == {
        "behaviour.churn.base_per_month": (0.015, 0.025),
        "behaviour.talk.cap": (2, 5),
        "people.contacts_per_month.mean": (0.3, 0.5),
    }


@pytest.fixture
def company(tmp_path):
    """Write a tiny company, and the dashboard of a year in which churn is far above its own."""
    (tmp_path / "tiny.yaml").write_text(planted_minds.COMPANY)
    other = parse(f"{planted_minds.COMPANY}behaviour: {{churn: {{natural_per_month: 0.008}}}}\n")
    planted_minds.dashboard(variations(other).base, tmp_path / "kpis.csv")
    return tmp_path


MEANS = ["--means", "CSAT=satisfaction_mean:0:100", "--means", "churn=churn_rate:0:100"]
WORDS = ["calibrate", "--kpis", "kpis.csv", "--scenario", "tiny.yaml", *MEANS]


@pytest.mark.slow
def test_the_command_writes_a_scenario_on_top_of_the_world(company, monkeypatch):
    monkeypatch.chdir(company)
    monkeypatch.setattr(past_worlds, "FIRST_WAVE", 32)
    ran = CliRunner().invoke(app, [*WORDS, "-n", "32", "-o", "minds.yaml"])
    assert ran.exit_code == 0, ran.output
    assert "churn: churn_rate" in ran.output
    assert "approximated: 0 to 100 taken for 0 to 1" in ran.output
    assert "worlds that may agree count as" in ran.output
    assert "Left as wide as before" in ran.output
    assert load(company / "minds.yaml").people.customers == 300
    lines = (company / "minds.yaml").read_text().splitlines()
    assert all(len(line) <= 100 for line in lines[1:])
    found = sim.calibrate_minds("kpis.csv", "tiny.yaml", means=MEANS[1::2], draws=32)
    assert {one.path for one in found.told} == set(load(company / "minds.yaml").beliefs)


def test_slips_of_the_command_line_are_named(company, monkeypatch):
    monkeypatch.chdir(company)
    for words, says in (
        (["calibrate", "--kpis", "kpis.csv"], "by --scenario FILE"),
        ([*WORDS, "--class", "x"], "--class: has no effect on a table of figures"),
        ([*WORDS, "--means", "CSAT=churn_rate"], "says twice what CSAT stands for"),
        (["calibrate", "log.csv", "--scenario", "tiny.yaml"], "--scenario: has no effect"),
        ([*WORDS, "-n", "8", "-o", "x.yaml"], "draws: must be at least 32"),
    ):
        ran = CliRunner().invoke(app, words)
        assert ran.exit_code == CommandError.exit_code, words
        assert says in ran.output.replace("\n", " "), ran.output


@pytest.mark.slow
@pytest.mark.statistical
def test_what_is_planted_lies_within_its_region():
    found = planted_minds.planted(6, first=0, worlds=128)
    # 134 keys of 6 companies; those that nothing is told of are held as often as drawn at random.
    assert 0.85 <= found.all <= 0.97


@pytest.mark.whole
def test_85_to_95_percent_of_what_is_planted_lies_within_its_region():
    found = planted_minds.planted(200, first=5000, worlds=512)
    assert 0.85 <= found.all <= 0.95
    assert 0.80 <= found.told <= 0.96
    assert found.none <= 30
