"""Cases of adoption (Bass) and of retention."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.stats import beta

from sim.model.tallies import Tallies
from sim.studies.verify.cases import OUTCOME_ALONE, POLICY, Case, Family, Reading, Setting
from sim.theory.adoption import bass_complete_adopters, bass_ring_share_monthly
from sim.theory.retention import exponential_gamma_survival, shifted_beta_geometric_survival

__all__ = ["retention_cases"]

BASS = Family(
    "bass",
    "Adoption by imitation: Bass on a complete graph and on a ring",
    "Prospects only, who all join without asking (`never_asks_share: 1`) and never leave; `random` "
    "ties with everybody tied to everybody, or a `small_world` that is not rewired. People decide "
    "once a month, so the theory is the exact chain of months: binomial steps on the complete "
    "graph, and on the ring a product whose limit for short months is the published formula.",
    (
        "Bass (1969), doi:10.1287/mnsc.15.5.215",
        "Niu (2002), doi:10.1080/10241230215285",
        "Fibich & Gibori (2010), doi:10.1287/opre.1100.0818",
    ),
)
STAY = Family(
    "retention",
    "Customers who differ in how soon they leave: retention",
    "Every contact fails, and a disappointed customer leaves at once, so a customer stays until "
    "the first need. Rates that are gamma over people give exponential-gamma lifetimes. Rates "
    "-ln(1 - p), with p beta over people (from a customer file), give shifted beta-geometric "
    "lifetimes, here with the parameters published for two groups of customers.",
    (
        "Fader & Hardie (2007), doi:10.1002/dir.20074",
        "Hardie, Fader & Wisniewski (1998), Journal of Forecasting 17, 209-229",
    ),
)

CROWD, RING, CUSTOMERS = 200, 20_000, 4000

_NOTHING = {"base": -1000.0, "slope": 0.0}


def retention_cases() -> Iterator[Case]:
    """Yield the cases of adoption and of retention."""
    yield from _complete()
    yield from _ring()
    for name, cv in (("alike", 0.0), ("gamma, cv 1", 1.0), ("gamma, cv 1.5", 1.5)):
        yield from _mixed(name, cv)
    for name, a, b in (("regular", 0.704, 1.182), ("high end", 0.668, 3.806)):
        yield from _published(name, a, b)


def _people(**sections: Any) -> dict[str, Any]:
    return {
        "name": "Lives",
        "history_months": 0,
        "desk": {"pools": {"desk": {"agents": 50}}},
        "staff": "none",
        "product": "none",
        "policies": {POLICY: {"describe": "Everybody alike."}},
        **sections,
    }


def _share_of(name: str, people: int, month: int) -> Callable[[Tallies], Reading]:
    return lambda tallies: (float(tallies.months[name][month - 1]), float(people))


# Adoption.


def _adopting(people: int, p: float, q: float, months: int, network: dict[str, Any]) -> Any:
    behaviour = {
        "adoption": {
            "spontaneous": p,
            "imitation": q,
            "talk_share": 0,
            "opinion": 0,
            "convert": 1,
            "convert_without_service": 1,
            "never_asks_share": 1,
        }
    }
    off = ("satisfaction", "expectation", "contact", "voice", "recovery", "talk", "fairness")
    none = dict.fromkeys((*off, "churn", "growth"), "none")
    return _people(
        months=months,
        people={"count": people, "customers": 0, "contacts_per_month": {"mean": 0, "cv": 0}},
        network=network,
        behaviour={**none, **behaviour},
    )


def _complete() -> Iterator[Case]:
    p, q, months = 0.05, 0.3, 18
    network = {"kind": "random", "mean_degree": CROWD - 1}
    setting = Setting("bass-crowd", _adopting(CROWD, p, q, months, network), 400, 40)
    for month in (3, 6, 12, 18):
        chances = bass_complete_adopters(CROWD, p, q, month)
        share = float(chances @ np.arange(CROWD + 1)) / CROWD
        read = _share_of("customers", CROWD, month)
        yield Case(BASS, f"complete graph, month {month}", "share", share, setting, read)


def _ring() -> Iterator[Case]:
    p, q, months = 0.01, 0.35, 36
    network = {"kind": "small_world", "mean_degree": 2, "rewire": 0}
    setting = Setting("bass-ring", _adopting(RING, p, q, months, network), 24, 6)
    for month in (6, 12, 24, 36):
        share = bass_ring_share_monthly(p, q, month)
        read = _share_of("customers", RING, month)
        yield Case(BASS, f"ring, month {month}", "share", share, setting, read)


# Leaving.


def _leaving(months: int, **people: Any) -> dict[str, Any]:
    behaviour = {
        "perception": OUTCOME_ALONE,
        "voice": {
            "polite": _NOTHING,
            "angry": _NOTHING,
            "public": _NOTHING,
            "exit": {"base": 1000.0, "slope": 0.0},
        },
    }
    off = ("satisfaction", "expectation", "contact", "recovery", "talk", "fairness", "churn")
    none = dict.fromkeys((*off, "growth", "adoption"), "none")
    return _people(
        months=months,
        people={
            "customers": CUSTOMERS,
            "patience_minutes": "unlimited",
            "understanding": {"mean": 0, "cv": 0},
            **people,
        },
        network={"kind": "none"},
        needs=[{"name": "call", "share": 1, "minutes": 0, "resolved": 0}],
        behaviour={**none, **behaviour},
    )


def _mixed(name: str, cv: float) -> Iterator[Case]:
    rate, months = 0.1, 24
    sections = _leaving(months, count=CUSTOMERS, contacts_per_month={"mean": rate, "cv": cv})
    setting = Setting(f"stay-{cv:g}", sections, 24, 6)
    for month in (6, 24):
        share = exponential_gamma_survival(rate, cv, float(month))
        read = _share_of("customers", CUSTOMERS, month)
        yield Case(STAY, f"rates {name}, month {month}", "share", share, setting, read)


def _published(name: str, a: float, b: float) -> Iterator[Case]:
    """Give people rates at even quantiles of their law, so that the file has exactly that law."""
    leaves = beta(a, b).ppf((np.arange(CUSTOMERS) + 0.5) / CUSTOMERS)
    rates = np.minimum(-np.log1p(-leaves), 50.0)
    lines = ["contacts_per_month,customer", *(f"{rate:.9g},1" for rate in rates)]
    sections = _leaving(12, file="")
    setting = Setting(
        f"stay-{name.split()[0]}", sections, 24, 6, {"people.file": "\n".join(lines) + "\n"}
    )
    for period in (1, 4, 12):
        share = shifted_beta_geometric_survival(a, b, period)
        read = _share_of("customers", CUSTOMERS, period)
        yield Case(STAY, f"published, {name}, period {period}", "share", share, setting, read)
