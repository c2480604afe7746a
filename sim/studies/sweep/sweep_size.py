"""What a sweep takes, before it begins: runs, processor time, memory and disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sim.measures.definitions import MEASURES
from sim.results.run_store import ENDING
from sim.scenario.run_size import RunSize, run_size
from sim.studies.sweep.folder import LEDGER
from sim.studies.sweep.plan import SweepStudy

__all__ = ["SweepSize", "size_of"]

_LOOKED_AT = 32  # points, spread evenly over the design
_BYTES_A_ROW = 28  # its address, replication and checksum
_COPIES = 2  # of each number: as it is kept, and in the table


@dataclass(frozen=True, slots=True)
class SweepSize:
    """A rough estimate of what a sweep takes.

    Attributes
    ----------
    points, policies, replications : int
    runs : int
        At most: points at which a policy is the same share one run.
    done_bytes : int
        What its folder keeps of runs already.
    size : RunSize
        Of all runs: people and memory at the largest of the points that were looked at, events on
        average over them.
    disk_bytes : int
    """

    points: int
    policies: int
    replications: int
    runs: int
    done_bytes: int
    size: RunSize
    disk_bytes: int

    def __str__(self) -> str:
        """Say it in sentences."""
        share = min(self.done_bytes * _COPIES / self.disk_bytes, 1)
        done = f" Its folder has about {100 * share:.0f}% of them." if share else ""
        disk = f"{max(self.disk_bytes / 1e6, 0.1):,.1f} MB of disk"
        return (
            f"{self.points:,} points, {self.policies} policies, {self.replications} runs of each: "
            f"{self.runs:,} runs at most.{done}\n{self.size}; {disk}. Divide the time by the "
            "processors that share it: --workers, or --part I/N on several machines."
        )

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def size_of(study: SweepStudy) -> SweepSize:
    """Estimate what a sweep takes.

    Raises
    ------
    ScenarioError
        If the scenario of a point that is looked at is wrong.
    """
    points, policies = len(study.design), len(study.policies)
    runs = points * policies * study.replications
    looked = study.design.order[:_LOOKED_AT]
    sizes = [run_size(study.variations.at(study.design.values(int(point)))) for point in looked]
    whole = replace(
        max(sizes, key=lambda size: size.memory_bytes),
        people=max(size.people for size in sizes),
        runs=runs,
        events=sum(size.events for size in sizes) / len(sizes),
        seconds=runs * sum(size.seconds / size.runs for size in sizes) / len(sizes),
    )
    width = len(MEASURES) + len(study.variations.base.desk.answer_within_seconds)
    disk = _COPIES * runs * (_BYTES_A_ROW + 8 * width)
    kept = sum(path.stat().st_size for path in (study.folder / LEDGER).glob(f"*{ENDING}"))
    return SweepSize(points, policies, study.replications, runs, kept, whole, disk)
