"""Hold scenarios/bank_1999.yaml to the bank's own log, hour by hour.

    python docs/examples/bank_1999.py LOG                    compare the scenario with the fortnight
    python docs/examples/bank_1999.py LOG --hand             the same, of an earlier fit by hand
    python docs/examples/bank_1999.py LOG --scenario FILE    the same, of another file

An hour of a day is held to the central 95% of the same hour of the week in simulated weeks. Where
the scenario comes from: bank_1999_scenario.py. Days that the fit has not seen: bank_1999_unseen.py.
How wide bands have to be: bank_1999_bands.py.
"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from sim.scenario.reading.load import load, parse
from sim.scenario.schema.scenario import Scenario
from sim.studies.run.contact_log import record_log

SCENARIO = Path(__file__).parents[2] / "scenarios" / "bank_1999.yaml"
OUTAGE = datetime.date(1999, 2, 3)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AWAY = 20.0  # minutes without a call after which an agent counts as gone
ANSWERING = 0.88  # of that time is spent on calls or ready for one; fitted to the mean wait
DAY_CV = 0.147
HANDLING_CV = 0.98
CLASSES = ("best", "regular", "prospect")

# The fit by hand.
HEAD = """\
name: A bank's telephone desk, by hand
months: 3
seed: 1999
"""

PEOPLE = """
people:
  count: 10000
  customers: 10000
  contacts_per_month: {{mean: {mean:.4f}, cv: 0}}   # {calls:,.0f} calls a month by {count:,} people
  # By Kaplan and Meier, prospects would wait 3.7 minutes, regular customers 6.5, the best 10.3. A
  # class is a rank by spend here, so patience goes with spend; this law gives 4.0, 6.0 and 10.4.
  spend: {{mean: 40, top20_share: 0.67, noise_cv: 0}}
  patience_minutes: {{mean: 7.5, cv: 0.5}}
  correlations: {{spend~patience_minutes: 0.98}}
  difficulty: {{cv: 0}}

network: {{kind: none}}

needs:
  # Regular customers; gamma, likelier than lognormal and Weibull. `effort` scales the others.
  - {{name: call, share: 1, minutes: {{law: gamma, mean: 3.07, cv: {cv:.3g}}}, resolved: 1}}

desk:
  day_cv: {day_cv}   # days of the same weekday, beyond Poisson
"""

TAIL = """
behaviour: none
staff: none
product: none

policies:
  head_start:
    describe: The best customers are taken to have waited for 90 seconds already.
    score: {spend: 1}
    tiers:
      - {name: best, top_share: 0.47, head_start_minutes: 1.5, effort: 1.065}
      - {name: regular, top_share: 0.24}
      - {name: prospect, effort: 0.62}
  first_come:
    describe: Everybody in the order of arrival.
    score: {spend: 1}
    tiers:
      - {name: best, top_share: 0.47, effort: 1.065}
      - {name: regular, top_share: 0.24}
      - {name: prospect, effort: 0.62}
"""


def read(path: Path) -> pl.DataFrame:
    """Return the calls that reached the queue or an agent, outage left out."""
    table = pl.read_csv(path, separator="\t", infer_schema=False)
    times = {
        name: pl.concat_str("date", column, separator=" ").str.to_datetime("%y%m%d %H:%M:%S")
        for name, column in (("at", "vru_entry"), ("begins", "ser_start"))
    }
    wait = (pl.col("q_time").cast(pl.Float64) / 60).alias("wait")
    service = (pl.col("ser_time").cast(pl.Float64) / 60).alias("service")
    table = table.with_columns(**times).with_columns(wait, service)
    left = pl.col("outcome") == "HANG"
    table = table.filter(
        pl.col("outcome").is_in(["AGENT", "HANG"]) & ~(left & (pl.col("wait") == 0))
    )
    return _placed(table.with_columns(left=left)).filter(pl.col("day") != OUTAGE)


def _placed(table: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("at").dt
    return table.with_columns(
        day=at.date(), weekday=at.weekday().cast(pl.Int64) - 1, hour=at.hour().cast(pl.Int64)
    )


def hourly(table: pl.DataFrame) -> np.ndarray:
    """Return mean calls by weekday and hour."""
    calls = np.zeros((7, 24))
    np.add.at(calls, (table["weekday"].to_numpy(), table["hour"].to_numpy()), 1.0)
    return calls / _days(table)[:, None]


def _days(table: pl.DataFrame) -> np.ndarray:
    days = table.select("day", "weekday").unique()["weekday"].to_numpy()
    return np.maximum(np.bincount(days, minlength=7), 1)


def agents(table: pl.DataFrame) -> np.ndarray:
    """Return mean agents there by weekday and hour, from their first to their last call."""
    there = np.zeros((7, 24))
    named = table.filter(~pl.col("left") & (pl.col("server") != "NO_SERVER")).sort("begins")
    for (day, _), calls in named.group_by("day", "server"):
        midnight = np.datetime64(day, "us")
        begins = (calls["begins"].to_numpy() - midnight).astype("timedelta64[s]").astype(float) / 60
        weekday = int(calls["weekday"][0])
        for start, end in _spells(begins, begins + calls["service"].to_numpy()):
            hours = np.arange(24) * 60.0
            there[weekday] += np.clip(np.minimum(end, hours + 60) - np.maximum(start, hours), 0, 60)
    return there / 60.0 / _days(table)[:, None]


def _spells(begins: np.ndarray, ends: np.ndarray) -> list[tuple[float, float]]:
    """Return spells of work: calls with no longer gap than `AWAY` between them."""
    latest = np.maximum.accumulate(ends)
    breaks = np.flatnonzero(begins[1:] - latest[:-1] > AWAY)
    first, last = [0, *(breaks + 1)], [*breaks, len(begins) - 1]
    return [(float(begins[i]), float(latest[j])) for i, j in zip(first, last, strict=True)]


def scenario_text(table: pl.DataFrame) -> str:
    """Return the scenario that was fitted to the log by hand."""
    staffed = np.rint(agents(table) * ANSWERING).astype(int)
    return scenario_of(hourly(table), staffed, DAY_CV)


def scenario_of(calls: np.ndarray, staffed: np.ndarray, day_cv: float) -> str:
    """Return the scenario of so many calls and agents by weekday and hour."""
    calls = np.where(staffed > 0, calls, 0.0)
    month = 4.0 * calls.sum()
    people = PEOPLE.format(
        mean=month / 10_000, calls=month, count=10_000, day_cv=day_cv, cv=HANDLING_CV
    )
    week = ["  opening:   # calls an hour while somebody answers, a line a day from Monday"]
    for day in range(7):
        hours = ", ".join(f"{count:g}" for count in calls[day])
        week.append(("    [" if day == 0 else "     ") + hours + ("]" if day == 6 else ","))
    week += ["  pools:", "    phone:", "      shifts:"]
    week += [_shift(staffed >= level) for level in range(1, staffed.max() + 1)]
    return HEAD + people + "\n".join(week) + "\n" + TAIL


def _shift(on: np.ndarray) -> str:
    days = {DAYS[day]: _windows(on[day]) for day in range(7) if on[day].any()}
    hours = ", ".join(f"{day}: [{', '.join(spans)}]" for day, spans in days.items())
    return f"        - {{agents: 1, hours: {{{hours}}}}}"


def _windows(on: np.ndarray) -> list[str]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
    return [f'"{a:02d}:00-{b:02d}:00"' for a, b in edges.reshape(-1, 2)]


def simulated(scenario: Scenario, replications: int) -> pl.DataFrame:
    """Return the calls of simulated weeks, the first week of each replication left out.

    Classes are the tiers of the first policy, from the top.
    """
    policy, tables = next(iter(scenario.policies)), []
    tiers = [tier.name for tier in scenario.policies[policy].tiers]
    with TemporaryDirectory() as folder:
        for number in range(replications):
            file = record_log(scenario, [policy], Path(folder) / "log.parquet", number)
            tables.append(pl.read_parquet(file))
    log = pl.concat(tables).with_columns(
        at=pl.col("arrival").str.to_datetime("%Y-%m-%d %H:%M:%S%.3f"),
        left=pl.col("outcome") == "abandoned",
        **{"class": pl.col("class").replace(dict(zip(tiers, CLASSES, strict=True)))},
    )
    log = _placed(log.filter(pl.col("outcome").is_in(["served", "abandoned"])))
    week = (pl.col("day") - pl.date(2001, 1, 1)).dt.total_days() // 7
    return log.with_columns(week=week).filter(pl.col("week") > 0)


def by_hour(table: pl.DataFrame, *groups: str) -> pl.DataFrame:
    """Return calls, mean wait and share that left of each hour."""
    return table.group_by(*groups, "weekday", "hour").agg(
        calls=pl.len().cast(pl.Float64), wait=pl.col("wait").mean(), left=pl.col("left").mean()
    )


def held(real: pl.DataFrame, made: pl.DataFrame, open_hours: np.ndarray) -> pl.DataFrame:
    """Return for each hour of each real day whether it lies in the band of simulated weeks."""
    weeks = by_hour(made, "replication", "week").group_by("weekday", "hour")
    ends = [
        pl.col(name).quantile(q, "linear").alias(f"{name}_{end}")
        for name in ("calls", "wait", "left")
        for end, q in (("low", 0.025), ("middle", 0.5), ("high", 0.975))
    ]
    joined = by_hour(real, "day").join(weeks.agg(*ends), on=["weekday", "hour"], how="inner")
    is_open = open_hours[joined["weekday"].to_numpy(), joined["hour"].to_numpy()]
    return (
        joined.filter(pl.Series(is_open))
        .with_columns(
            pl.col(name).is_between(f"{name}_low", f"{name}_high").alias(f"{name}_held")
            for name in ("calls", "wait", "left")
        )
        .sort("day", "hour")
    )


def classes(real: pl.DataFrame, made: pl.DataFrame) -> list[tuple[str, float, float, float, float]]:
    """Return wait and share that left, real and simulated, of each class, given a wait."""
    rows = []
    for name, priority in zip(CLASSES, ("2", "1", "0"), strict=True):
        parts = (
            real.filter((pl.col("priority") == priority) & (pl.col("wait") > 0)),
            made.filter((pl.col("class") == name) & (pl.col("wait") > 0)),
        )
        told = [float(part[column].mean()) for column in ("wait", "left") for part in parts]
        rows.append((name, *told))
    return rows


def main() -> None:
    """Compare as asked."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("log", type=Path)
    ask.add_argument("--hand", action="store_true")
    ask.add_argument("--scenario", type=Path, default=SCENARIO)
    ask.add_argument("-n", "--replications", type=int, default=10)
    asked = ask.parse_args()
    log = read(asked.log)
    scenario = parse(scenario_text(log), "by hand") if asked.hand else load(asked.scenario)
    made = simulated(scenario, asked.replications)
    tell(log, made, held(log, made, hourly(made) > 0))


def tell(real: pl.DataFrame, made: pl.DataFrame, hours: pl.DataFrame) -> None:
    """Print how many hours lie within their bands, and what each class met."""
    weeks = made.select("replication", "week").unique().height
    print(f"against {weeks} simulated weeks")
    tell_bands(real, hours)
    print(f"{'given a wait':>16}: real wait, simulated; real share that left, simulated")
    for name, *numbers in classes(real, made):
        wait, made_wait, left, made_left = numbers
        print(f"{name:>16}: {wait:.2f} min, {made_wait:.2f}; {left:.1%}, {made_left:.1%}")
    for name in ("wait", "left"):
        print(f"{'all, ' + name:>16}: {real[name].mean():.3f}, {made[name].mean():.3f}")


def tell_bands(real: pl.DataFrame, hours: pl.DataFrame) -> None:
    """Print how many hours lie within their bands, and within bands two thirds as wide."""
    print(f"{hours.height} hours of {real['day'].n_unique()} days")
    for name, title in (("calls", "calls"), ("wait", "mean wait"), ("left", "share that left")):
        inside, low = hours[f"{name}_held"].mean(), (hours[name] < hours[f"{name}_low"]).mean()
        high = (hours[name] > hours[f"{name}_high"]).mean()
        width = (hours[f"{name}_high"] - hours[f"{name}_low"]).median()
        print(
            f"{title:>16}: {inside:.1%} within, {low:.1%} below, {high:.1%} above; "
            f"bands {width:.3g} wide in the median; {narrower(hours, name):.1%} within two thirds"
        )


def narrower(hours: pl.DataFrame, name: str, part: float = 2 / 3) -> float:
    """Return the share of hours within bands that are so much narrower about their middle.

    The middle is the median of the simulated weeks.
    """
    middle = pl.col(f"{name}_middle")
    ends = [middle + part * (pl.col(f"{name}_{end}") - middle) for end in ("low", "high")]
    return float(hours.select(pl.col(name).is_between(*ends).mean()).item())


if __name__ == "__main__":
    main()
