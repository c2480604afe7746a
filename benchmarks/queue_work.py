"""The work: a desk with two strict classes of customers who lose patience.

Every contestant simulates the same M/M/c+M queue with non-preemptive priority, for which the exact
answer is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean

from sim.theory.priority_abandonment import priority_abandonment
from sim.theory.station import ClassStation

AGENTS = 8
ARRIVALS_PER_HOUR = (6.0, 24.0)  # of the class served first, and of the other
SERVICE_MINUTES = 15.0
PATIENCE_MINUTES = 20.0

ARRIVALS_PER_MINUTE = sum(ARRIVALS_PER_HOUR) / 60
FIRST_SHARE = ARRIVALS_PER_HOUR[0] / sum(ARRIVALS_PER_HOUR)

MONTH_MINUTES = 40_320
ARRIVALS_PER_MONTH = round(sum(ARRIVALS_PER_HOUR) * MONTH_MINUTES / 60)

_PEOPLE = 2_000


@dataclass(frozen=True, slots=True)
class ClassResult:
    """What one class got.

    Attributes
    ----------
    joined : int
        Customers whose wait has ended, served or not.
    abandonment : float
        Share that abandoned, 0 to 1.
    wait_mean : float
        Minutes in the queue over all who joined.
    """

    joined: int
    abandonment: float
    wait_mean: float


QueueResult = tuple[ClassResult, ClassResult]
Contestant = Callable[[int, int], QueueResult]  # of the number of arrivals and a seed


@dataclass(slots=True)
class Log:
    """What a peer writes down.

    Attributes
    ----------
    waits : pair of lists
        Minutes in the queue of all who joined and whose wait has ended, by class.
    abandoned : list of int
        How many of them gave up, by class.
    """

    waits: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    abandoned: list[int] = field(default_factory=lambda: [0, 0])

    def result(self) -> QueueResult:
        """Return both classes' results; each must have had somebody."""
        return self._of_class(0), self._of_class(1)

    def _of_class(self, rank: int) -> ClassResult:
        waits = self.waits[rank]
        return ClassResult(len(waits), self.abandoned[rank] / len(waits), fmean(waits))


def exact() -> tuple[dict[str, float], dict[str, float]]:
    """Return abandonment and mean wait of each class by solving the Markov chain."""
    rates = (ARRIVALS_PER_HOUR[0] / 60, ARRIVALS_PER_HOUR[1] / 60)
    patience = (PATIENCE_MINUTES, PATIENCE_MINUTES)
    first, second = priority_abandonment(ClassStation(rates, SERVICE_MINUTES, AGENTS, patience))
    return (
        {"abandonment": first.abandonment, "wait_mean": first.wait_mean},
        {"abandonment": second.abandonment, "wait_mean": second.wait_mean},
    )


def scenario_text(arrivals: int, seed: int) -> str:
    """Return a scenario that is this queue and nothing else.

    Parameters
    ----------
    arrivals : int
        Arrivals wanted; the scenario runs the nearest number of whole months, at least one,
        and as many arrive as chance has it.
    seed : int
        The scenario's seed, >= 0.

    Returns
    -------
    str
        YAML with one policy, ``two_classes``, whose tiers are ``first`` and ``rest``.
    """
    return _SCENARIO.format(
        agents=AGENTS,
        contacts=ARRIVALS_PER_MONTH / _PEOPLE,
        first_share=FIRST_SHARE,
        months=max(1, round(arrivals / ARRIVALS_PER_MONTH)),
        patience=PATIENCE_MINUTES,
        people=_PEOPLE,
        seed=seed,
        service=SERVICE_MINUTES,
    )


# Everybody contacts the desk equally often, so the fifth in the first tier makes a fifth of the
# contacts, whoever they are; people's Poisson chains add up to the queue's Poisson arrivals.
_SCENARIO = """\
name: Two classes with patience
describe: A plain queue, to be compared with queueing theory and with other simulators.
months: {months}
replications: 1
seed: {seed}

people:
  count: {people}
  customers: {people}
  spend: {{mean: 40, top20_share: 0.67, noise_cv: 0}}
  contacts_per_month: {{mean: {contacts}, cv: 0}}
  difficulty: {{cv: 0}}
  patience_minutes: {{mean: {patience}, cv: 0}}
  demanding_share: {{mean: 0}}
network: {{kind: none}}

needs:
  - {{name: call, share: 1, minutes: {{law: exponential, mean: {service}}}, resolved: 1}}

desk:
  opening: always
  day_cv: 0
  pools:
    frontline: {{agents: {agents}}}

behaviour: none
staff: none
product: none

policies:
  two_classes:
    score: {{spend: 1}}
    tiers:
      - {{name: first, top_share: {first_share}, class: 1}}
      - {{name: rest, class: 2}}
"""
