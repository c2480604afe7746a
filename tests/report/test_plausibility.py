"""What is implausible in results, in tables made by hand."""

from dataclasses import replace

import polars as pl
import pytest

from sim.report.kit.frames import frames_of
from sim.report.kit.plausibility import implausible, implausible_in_points
from sim.studies.report.api import build


@pytest.fixture
def frames(folder):
    """Two policies, two replications, 24 months of one pool; nothing out of the ordinary."""
    made = frames_of(folder)
    rows = [(p, r, m) for p in ("equal", "tiers") for r in (0, 1) for m in range(1, 25)]
    keys = pl.DataFrame(rows, schema=["policy", "replication", "month"], orient="row")
    monthly = keys.with_columns(satisfaction_mean=0.6, churn_rate=0.01, within_promise=0.9)
    pools = keys.with_columns(
        pool=pl.lit("phone"), utilisation=0.7, abandonment=0.1,
        contacts_offered=110.0, contacts_served=100.0,
    )  # fmt: skip
    summary = pl.DataFrame(
        [(p, "churn_rate", "share", 0.01, None, None, 2, None) for p in ("equal", "tiers")],
        schema=made.summary.schema, orient="row",
    )  # fmt: skip
    policies = {"equal": {"everyone": {"class": 2}}, "tiers": {"tiers": [{"class": 1}, {}]}}
    return replace(
        made, summary=summary, monthly=monthly, tables={"by_pool": pools},
        scenario={"policies": policies, "desk": {"pools": {"phone": {}}}},
    )  # fmt: skip


def with_pools(frames, **columns):
    return replace(frames, tables={"by_pool": frames.group("pool").with_columns(**columns)})


def with_mean(frames, measure, mean):
    rows = frames.summary.with_columns(measure=pl.lit(measure), mean=pl.lit(mean))
    return replace(frames, summary=pl.concat([frames.summary, rows]))


def test_a_plausible_world_has_no_warnings(frames):
    assert implausible(frames) == ()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"utilisation": 0.97, "contacts_offered": 100.0},
            "More than 95% of the paid time at pool ",
        ),
        (
            {"utilisation": 0.97},
            "More work is offered to pool phone than agents can do: 107%",
        ),
        ({"utilisation": 0.09}, "Less than 10% of the paid time at pool phone is work: 9% under "),
        ({"abandonment": 0.21}, "More than 20% of those who queue at pool phone hang up: 21% "),
    ],
)
def test_a_pool_beyond_a_limit_is_said(frames, columns, said):
    columns = {name: pl.lit(value) for name, value in columns.items()}
    [sentence] = implausible(with_pools(frames, **columns))
    assert sentence.startswith(said)
    assert "% under equal and tiers. See desk.pools.phone.agents, " in sentence


def test_a_pool_that_a_policy_forms_has_that_policy_s_key(frames):
    policies = {"equal": {}, "tiers": {"pools": {"phone": {"agents": 1}}}}
    own = replace(frames, scenario={"policies": policies, "desk": {"pools": {}}})
    equal = pl.col("policy") == "equal"
    busy = with_pools(own, utilisation=pl.when(equal).then(0.7).otherwise(0.99), contacts_offered=1)
    [sentence] = implausible(busy)
    assert sentence.endswith("99% under tiers. See policies.tiers.pools.phone.agents.")


def test_a_company_that_loses_a_tenth_a_month_is_said(frames):
    fleeing = replace(frames, summary=frames.summary.with_columns(mean=pl.lit(0.11)))
    [sentence] = implausible(fleeing)
    assert sentence.startswith("More than 10% of customers leave per month: 11% under equal and")


def test_classes_do_nothing_where_hardly_anybody_waits(frames):
    [sentence] = implausible(with_mean(frames, "delayed", 0.002))
    assert "so classes and head starts do nothing: 0.2% under tiers. See policies.tiers" in sentence
    assert implausible(with_mean(frames, "delayed", 0.3)) == ()


def test_a_promise_that_is_kept_anyway_is_said(frames):
    kept = pl.when(pl.col("policy") == "tiers").then(1.0).otherwise(pl.col("within_promise"))
    [sentence] = implausible(
        replace(frames, monthly=frames.monthly.with_columns(within_promise=kept))
    )
    assert sentence.startswith("Every promised wait is kept anyway")
    assert "100% under tiers. See policies.tiers.everyone.wait_promise_minutes" in sentence


def test_a_start_that_drifts_is_said_only_beyond_noise_and_under_the_first_policy(frames):
    early = pl.col("month") <= 3
    noise = pl.col("replication") * 0.001

    def started(level, noise):
        course = pl.when(early).then(level + noise).otherwise(0.6)
        return replace(frames, monthly=frames.monthly.with_columns(satisfaction_mean=course))

    [sentence] = implausible(started(0.72, noise))
    assert "satisfaction +20% (+19% to +21%) under equal. See" in sentence
    assert implausible(started(0.72, noise * 100)) == ()  # two replications as far as 0.1 apart
    assert implausible(started(0.61, noise)) == ()  # less than a twentieth
    changing = replace(started(0.72, noise), scenario={"changes": [{"month": 9}]})
    assert implausible(changing) == ()


def test_of_a_sweep_the_points_beyond_a_limit_are_counted():
    runs = pl.DataFrame(
        {"point": [0, 1, 2], "policy": "equal", "replication": 0, "utilisation": [0.5, 0.96, 0.99]}
    )
    [sentence] = implausible_in_points(runs, ["equal"])
    assert sentence.startswith(
        "More than 95% of the paid time at the desk is work: 99% at worst, at 2 of 3 points, under "
        "equal. See desk.pools.*.agents"
    )


def test_the_page_lists_what_is_implausible_with_a_link(results_folder):
    folder = results_folder(replications=2, months=3, groups={"pool": ("phone", *"abcdefgh")})
    page = build(folder).read_text(encoding="utf-8")
    assert '<li><a href="#implausible">What is implausible</a></li>' in page
    assert "Less than 10% of the paid time at pool" in page
