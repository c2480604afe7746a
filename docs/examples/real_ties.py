"""Hold cascades on real ties to two oracles and to published figures; see docs/real_ties.md.

    python docs/examples/real_ties.py EDGES                    the tables
    python docs/examples/real_ties.py EDGES --plot FILE        and a picture

EDGES has a tie a line, two numbers from 0. The engine runs real_ties.yaml. In its own way of
talking, a hearer who tells a story on tells all their ties (`tellers`). In the independent cascade
each tie carries the story with a probability (`ties`); the same engine does that where a tie is
somebody too, tied to its two ends and to the ties that it meets there, and tells it on or not.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from sim.engine.simulate import simulate
from sim.execution.executors import open_executor
from sim.execution.replicate import plan, replicate
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.stats.intervals import Difference, Estimate, estimate, holm, unpaired_difference
from sim.theory.percolation import cascade_threshold, reached_along_ties, reached_through_tellers

SCENARIO = Path(__file__).with_suffix(".yaml")
CHANCES = (0.003, 0.006, 0.01, 0.02, 0.05)
FIGURES = {0.01: 6, 0.02: 5, 0.05: 2}
"""A hub's cascade over a random person's, as published for these ties."""
STORIES = {0.003: 4000, 0.006: 4000, 0.01: 4000, 0.02: 2000, 0.05: 400}
"""Of a replication: fewer where they go far, and so vary little."""
REPLICATIONS = 10
THROWS = {"ties": 1500, "tellers": 300}
LEVEL = 0.01


@dataclass(frozen=True)
class Row:
    """One mean number of people reached, twice.

    `how` is ties or tellers, `who` anybody or the hub; `engine` and `oracle` have a value a
    replication and a value a throw.
    """

    how: str
    who: str
    chance: float
    engine: list[float]
    oracle: list[float]

    @property
    def gap(self) -> Difference:
        """The engine's mean less the oracle's, by Welch."""
        return unpaired_difference(self.engine, self.oracle)


def read(path: Path) -> np.ndarray:
    """Return ties, shape (ties, 2), from a tie a line."""
    return np.loadtxt(path, dtype=np.int64)


def hub_of(ties: np.ndarray) -> int:
    """Return who has the most ties."""
    return int(np.bincount(ties.ravel()).argmax())


def with_ties_as_people(ties: np.ndarray) -> np.ndarray:
    """Return who is tied to whom where tie k is somebody too, numbered after the people.

    A tie is tied to both its ends, and to every tie that shares one with it.
    """
    people, numbers = 1 + int(ties.max()), np.arange(len(ties))
    ends = np.concatenate([ties[:, 0], ties[:, 1]])
    itself = people + np.concatenate([numbers, numbers])
    found = [np.column_stack([ends, itself])]
    order = np.argsort(ends, kind="stable")
    for mine in np.split(itself[order], np.cumsum(np.bincount(ends))[:-1]):
        one, other = np.triu_indices(len(mine), 1)
        found.append(np.column_stack([mine[one], mine[other]]))
    return np.concatenate(found)


def scenarios(ties: np.ndarray, how: str, folder: Path, thin: float = 1.0) -> Iterator[tuple]:
    """Yield who tells, with what chance it is told on, and the scenario of that."""
    people = 1 + int(ties.max())
    tied, somebody = (with_ties_as_people(ties), people + len(ties)) if how == "ties" else (
        ties, people)  # fmt: skip
    pl.DataFrame(tied, ["one", "other"]).write_parquet(folder / f"{how}.parquet")
    for who, origins in (("anybody", np.arange(people)), ("hub", np.array([hub_of(ties)]))):
        for seed, (chance, stories) in enumerate(STORIES.items()):
            many = stories * thin / (1.0 if who == "anybody" else 4.0)
            file = folder / f"{how}-{who}-{chance}.csv"
            _write_people(file, somebody, people, origins, many)
            sets = [f"people.file={file}", f"network.file={folder / how}.parquet"]
            own = 100 * seed + 10 * (who == "hub") + (how == "ties")
            sets += [f"behaviour.talk.retell={chance}", f"seed={own}"]
            yield who, chance, load(SCENARIO, sets)


def _write_people(
    file: Path, somebody: int, people: int, origins: np.ndarray, stories: float
) -> None:
    """Let people be customers, and ties none, so that those reached are counted by hearers."""
    rate = np.zeros(somebody)
    rate[origins] = stories / len(origins) / 2.0  # of two months
    customer = (np.arange(somebody) < people).astype(int)
    pl.DataFrame({"contacts_per_month": rate, "customer": customer}).write_csv(file)


def by_engine(scenario: Scenario, engine: str, replications: int) -> list[float]:
    """Return the mean number of people reached by a story, a value a replication."""
    found = []
    run = partial(simulate, engine=engine)
    with open_executor(threads=engine == "compiled") as executor:
        units = plan(["plain"], replications)
        for _, tallies in replicate(run, scenario, units, executor):
            months = tallies.months
            reached = months["hearings_of_customers"].sum()
            found.append(float(reached / months["stories_bad"].sum()))
    return found


def by_throws(ties: np.ndarray, how: str, chance: float, throws: int) -> dict[str, list[float]]:
    """Return the mean number reached of anybody's story, and the hub's, a value a throw."""
    people, hub = 1 + int(ties.max()), hub_of(ties)
    luck = np.random.default_rng(1)
    reached: Callable[..., np.ndarray]
    reached, marks = (reached_along_ties, len(ties)) if how == "ties" else (
        reached_through_tellers, people)  # fmt: skip
    found: dict[str, list[float]] = {"anybody": [], "hub": []}
    for _ in range(throws):
        by_origin = reached(ties, people, luck.random(marks) < chance)
        found["anybody"].append(float(by_origin.mean()))
        found["hub"].append(float(by_origin[hub]))
    return found


def rows(
    ties: np.ndarray,
    how: str,
    *,
    engine: str = "compiled",
    replications: int = REPLICATIONS,
    thin: float = 1.0,
) -> list[Row]:
    """Run the engine and the oracle at every chance, from anybody and from the hub.

    `thin` takes that share of the stories, and of the oracle's throws.
    """
    throws = int(THROWS[how] * thin)
    oracle = {chance: by_throws(ties, how, chance, throws) for chance in CHANCES}
    with TemporaryDirectory() as folder:
        return [
            Row(how, who, chance, by_engine(one, engine, replications), oracle[chance][who])
            for who, chance, one in scenarios(ties, how, Path(folder), thin)
        ]


def ratio(hub: list[float], anybody: list[float]) -> tuple[float, float, float]:
    """Return a hub's cascade over anybody's, who tells it counted, with its 95% interval.

    The samples are taken as independent, and the interval on the scale of logarithms.
    """
    both = [np.array(one) + 1.0 for one in (hub, anybody)]
    spread = np.sqrt(sum(one.var(ddof=1) / len(one) / one.mean() ** 2 for one in both))
    mean = both[0].mean() / both[1].mean()
    return mean, mean * np.exp(-2.0 * spread), mean * np.exp(2.0 * spread)


def _told(one: Estimate) -> str:
    return f"{one.mean:10.4g} ({one.low:.4g} to {one.high:.4g})"


def tell(found: list[Row]) -> None:
    """Print a line a mean, and whether the engine says what the oracle says."""
    adjusted = holm([row.gap.p for row in found])
    print("how      who      chance  engine                          oracle")
    for row, p in zip(found, adjusted, strict=True):
        both = "  ".join(f"{_told(estimate(one)):<30}" for one in (row.engine, row.oracle))
        well = "pass" if p is None or p > LEVEL else "FAIL"
        print(f"{row.how:<8} {row.who:<8} {row.chance:<6}  {both}  p {p:.2g}  {well}")


def tell_ratios(found: list[Row]) -> None:
    """Print the hub's cascade over anybody's, beside what was published."""
    by_name = {(row.how, row.who, row.chance): row for row in found}
    print("how      chance  hub's over anybody's, engine    oracle                  published")
    for how, chance in dict.fromkeys((row.how, row.chance) for row in found):
        hub, anybody = (by_name[how, who, chance] for who in ("hub", "anybody"))
        pair = (ratio(hub.engine, anybody.engine), ratio(hub.oracle, anybody.oracle))
        both = "  ".join(f"{mean:7.2f} ({low:.2f} to {high:.2f})" for mean, low, high in pair)
        said = f"{FIGURES[chance]}" if how == "ties" and chance in FIGURES else ""
        print(f"{how:<8} {chance:<6}  {both}  {said}")


def draw(ties: np.ndarray, found: list[Row], file: Path) -> None:
    """Draw how far stories go against the chance of passing them on."""
    from matplotlib.figure import Figure

    from sim.report.kit.canvas import save_figure
    from sim.report.kit.style import INK, MUTED, styled

    with styled():
        figure = Figure(figsize=(8.0, 3.6), layout="constrained")
        panels = dict(zip(("ties", "tellers"), figure.subplots(1, 2, sharey=True), strict=True))
        titles = {"ties": "each tie carries it or not", "tellers": "each hearer tells all or none"}
        threshold = cascade_threshold(ties, 1 + int(ties.max()))
        for how, axes in panels.items():
            axes.axvline(threshold, color=MUTED, ls=":", lw=1.2)
            for who, colour in (("hub", "#CF7200"), ("anybody", "#123F86")):
                _curve(axes, [row for row in found if (row.how, row.who) == (how, who)], colour)
            axes.set(
                title=titles[how], xscale="log", yscale="log", xlabel="chance of passing it on"
            )
            axes.set_xticks(CHANCES, [f"{chance:g}" for chance in CHANCES])
            axes.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
            axes.minorticks_off()
        panels["ties"].annotate(" threshold", (threshold, 2000), color=MUTED, va="top", ha="left")
        panels["ties"].set_ylabel("people reached by a story", color=INK)
        save_figure(figure, file)


def _curve(axes, found: list[Row], colour: str) -> None:  # type: ignore[no-untyped-def]
    """Draw the oracle as a line, and the engine as points with 95% intervals."""
    at = [row.chance for row in found]
    axes.plot(at, [estimate(row.oracle).mean for row in found], color=colour, lw=1.2)
    told = [estimate(row.engine) for row in found]
    sides = [[one.mean - one.low for one in told], [one.high - one.mean for one in told]]
    axes.errorbar(
        at, [one.mean for one in told], yerr=sides, fmt="o", color=colour, ms=4, capsize=3
    )
    above = found[0].who == "hub"
    side = {"va": "bottom", "ha": "right"} if above else {"va": "top", "ha": "left"}
    axes.annotate(f" {found[0].who} ", (at[-2], told[-2].mean), color=colour, **side)


def main() -> None:
    """Print the tables, and draw if asked."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("edges", type=Path)
    ask.add_argument("--plot", type=Path)
    ask.add_argument("--engine", default="compiled")
    ask.add_argument("-n", "--replications", type=int, default=REPLICATIONS)
    asked = ask.parse_args()
    ties = read(asked.edges)
    people = 1 + int(ties.max())
    print(f"{people:,} people, {len(ties):,} ties; the hub has {np.bincount(ties.ravel()).max():,}")
    print(f"threshold, 1 over the largest eigenvalue: {cascade_threshold(ties, people):.5f}")
    found = [
        row
        for how in ("ties", "tellers")
        for row in rows(ties, how, engine=asked.engine, replications=asked.replications)
    ]
    tell(found)
    tell_ratios(found)
    if asked.plot:
        draw(ties, found, asked.plot)


if __name__ == "__main__":
    main()
