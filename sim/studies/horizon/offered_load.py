"""Whether agents can do the work that they are offered: if not, and nobody leaves, queues grow.

A queue from which nobody leaves has a steady state exactly if the offered load, the agents that the
work needs, is below the agents that there are.

References
----------
Loynes (1962), The stability of a queue with non-independent inter-arrival and service times,
Mathematical Proceedings of the Cambridge Philosophical Society 58(3),
doi:10.1017/S0305004100036781.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from sim.stats.intervals import Estimate, estimate

__all__ = ["OfferedLoad", "offered_loads"]

_LEAVING = ("contacts_abandoned", "contacts_blocked", "contacts_closed_on", "contacts_ignored")
"""Ways in which a contact leaves the desk without being served."""

_NEEDED = ("contacts_offered", "contacts_served", "utilisation", "agents_present")


@dataclass(frozen=True, slots=True)
class OfferedLoad:
    """The work that the agents are offered under a policy where nobody leaves.

    Attributes
    ----------
    policy : str
    share : Estimate
        Of what the agents can do; 1 is all of it.
    agents : float
        Mean number of agents present.
    """

    policy: str
    share: Estimate
    agents: float

    @property
    def is_too_much(self) -> bool:
        """Whether it surely exceeds what the agents can do."""
        return self.share.low is not None and self.share.low >= 1.0

    @property
    def may_be_too_much(self) -> bool:
        """Whether it may exceed what the agents can do, as far as the replications tell."""
        most = self.share.high if self.share.high is not None else self.share.mean
        return most is not None and most >= 1.0

    @property
    def reason(self) -> str:
        """Say that, or that it cannot be told whether, the queue grows without end."""
        offered, interval = (self.share.mean or 0.0) * self.agents, self._interval()
        work = f"{offered:.3g}{interval} of {self.agents:.3g} agents"
        if self.is_too_much:
            return (
                f"under {self.policy} the work offered would fill {work} and nobody leaves, so the "
                "queue grows without end and no steady wait exists"
            )
        return (
            f"under {self.policy} the work offered would fill {work} and nobody leaves; more "
            "replications or months have to tell whether the queue grows without end"
        )

    def _interval(self) -> str:
        low, high = self.share.low, self.share.high
        if low is None or high is None:
            return ""
        return f" ({low * self.agents:.3g} to {high * self.agents:.3g})"


def offered_loads(monthly: pl.DataFrame) -> Iterator[OfferedLoad]:
    """Yield the offered load under each policy from whose queues nobody leaves.

    Parameters
    ----------
    monthly : polars.DataFrame
        Columns policy, replication, month, and the measures; without those needed, nothing is
        yielded.

    Notes
    -----
    A contact served takes as long as one that still waits. So the load of a month is its contacts
    offered times the work in a contact, which is the utilisation over the contacts served, in all
    months and replications. What is offered does not depend on the month before.
    """
    if not set(_NEEDED) <= set(monthly.columns):
        return
    for (policy,), rows in monthly.partition_by(
        "policy", as_dict=True, maintain_order=True
    ).items():
        if not _anybody_leaves(rows):
            agents = _number(rows["agents_present"].drop_nulls().mean())
            yield OfferedLoad(str(policy), estimate(_shares(rows)), agents)


def _anybody_leaves(rows: pl.DataFrame) -> bool:
    there: Sequence[str] = [name for name in _LEAVING if name in rows.columns]
    return any(_number(rows[name].sum()) > 0 for name in there)


def _shares(rows: pl.DataFrame) -> list[float]:
    """Return the share of what agents can do that is offered to them, by month and replication."""
    served = _number(rows["contacts_served"].sum())
    work = _number(rows["utilisation"].sum()) / served if served else float("nan")
    return (rows["contacts_offered"].cast(pl.Float64) * work).drop_nulls().to_list()


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
