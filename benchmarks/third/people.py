"""People, their traits and their ties. Section "People" of the page."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from benchmarks.third.scenario import Keys

__all__ = ["CUSTOMER", "LAPSED", "PROSPECT", "VOICES", "Person", "draw_people"]

PROSPECT, CUSTOMER, LAPSED, DISMISSED = "prospect", "customer", "lapsed", "dismissed"
VOICES = ("polite", "angry", "public")
_LOGNORMAL = {"difficulty": "difficulty", "patience": "patience_minutes"}
_BETA = {
    "demanding": "demanding_share",
    "fairness": "fairness",
    "understanding": "understanding",
}
_NORMAL = ("loudness", "temper", "honesty")
_TRAITS = ("spend", "contacts", "audience", *_LOGNORMAL, *_BETA, *_NORMAL)


class Person:
    """Somebody who can contact the company: traits, state, and what the company knows of them."""

    def __init__(self, number: int, traits: dict[str, float]) -> None:
        self.number = number
        self.spend = traits["spend"]  # a month, as the file states it, at the first share of wallet
        self.contacts = traits["contacts"]
        self.difficulty = traits["difficulty"]
        self.patience = traits["patience"]
        self.demanding = traits["demanding"]
        self.fairness = traits["fairness"]
        self.understanding = traits["understanding"]
        self.loudness = traits["loudness"]
        self.temper = traits["temper"]
        self.honesty = traits["honesty"]
        self.audience = traits["audience"]
        self.ties: list[Person] = []
        self.status = PROSPECT
        self.at_rival = False
        self.since = 0.0  # when they came, in clock time
        self.satisfaction = 0.0
        self.expectation = 0.0
        self.trust = 0.0
        self.opinion = 0.0
        self.good = self.bad = 0.0  # what stories heard since the last decision amount to
        self.potential = 0.0
        self.wallet = 0.0
        self.value = dict.fromkeys(VOICES, 0.0)
        self.billed = 0.0  # in the last month
        self.rank = 0.0
        self.tier = 0
        self.privilege = 0.0
        self.last_remedy = -np.inf
        self.remedies = 0  # one after another
        self.complained = -np.inf
        self.memory: dict[str, Any] = {}
        self.grievances: dict[str, tuple[float, float]] = {}
        self.waiting: list[Any] = []

    def is_customer(self) -> bool:
        """Say whether they buy from the company now."""
        return self.status == CUSTOMER

    def is_reachable(self) -> bool:
        """Say whether the company would have them as a customer."""
        return self.status != DISMISSED


def draw_people(keys: Keys, rng: np.random.Generator) -> list[Person]:
    """Draw all people with their traits, who is a customer, and the ties.

    Parameters
    ----------
    keys : Keys
        The scenario.
    rng : numpy.random.Generator
        Chance.

    Returns
    -------
    list of Person
        Everybody.
    """
    count = int(keys["people.count"])
    traits = _traits(keys, rng, count)
    people = [Person(i, {name: float(traits[name][i]) for name in traits}) for i in range(count)]
    for person, other in _ties(keys, rng, count):
        people[person].ties.append(people[other])
        people[other].ties.append(people[person])
    for i in rng.choice(count, size=_customers(keys, count), replace=False):
        people[i].status = CUSTOMER
    return people


def _customers(keys: Keys, count: int) -> int:
    stated = keys.section("people.customers")
    return round(0.4 * count) if stated is None else int(stated)


def _traits(keys: Keys, rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    z = _copula(keys, rng, count)
    traits = {name: _lognormal(keys, f"people.{key}", z[name]) for name, key in _LOGNORMAL.items()}
    traits |= {name: _beta(keys, f"people.{key}", z[name]) for name, key in _BETA.items()}
    for name in _NORMAL:
        traits[name] = keys[f"people.{name}.mean"] + keys[f"people.{name}.sd"] * z[name]
    traits["audience"] = keys["people.audience.median"] * np.exp(
        keys["people.audience.sigma"] * z["audience"]
    )
    sigma = special.ndtri(0.8) + special.ndtri(keys["people.spend.top20_share"])
    traits["spend"] = keys["people.spend.mean"] * np.exp(sigma * z["spend"] - sigma**2 / 2)
    shape = keys["people.contacts_per_month.cv"] ** -2
    mean = keys["people.contacts_per_month.mean"] * keys["people.contacts_per_month.factor"]
    traits["contacts"] = special.gammaincinv(shape, special.ndtr(z["contacts"])) * mean / shape
    return traits


def _copula(keys: Keys, rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Draw standard normals, one for each trait, correlated as the scenario says."""
    matrix = np.eye(len(_TRAITS))
    for pair, rho in (keys.section("people.correlations") or {}).items():
        i, j = (_TRAITS.index(name) for name in pair.split("~"))
        matrix[i, j] = matrix[j, i] = rho
    z = rng.standard_normal((count, len(_TRAITS))) @ np.linalg.cholesky(matrix).T
    return dict(zip(_TRAITS, z.T, strict=True))


def _lognormal(keys: Keys, path: str, z: np.ndarray) -> np.ndarray:
    variance = np.log(1 + keys[f"{path}.cv"] ** 2)
    mean = keys.get(f"{path}.mean", 1.0)
    return np.asarray(mean * np.exp(np.sqrt(variance) * z - variance / 2))


def _beta(keys: Keys, path: str, z: np.ndarray) -> np.ndarray:
    mean, cv = keys[f"{path}.mean"], keys[f"{path}.cv"]
    total = (1 - mean) / (mean * cv**2) - 1
    return np.asarray(special.betaincinv(mean * total, (1 - mean) * total, special.ndtr(z)))


def _ties(keys: Keys, rng: np.random.Generator, count: int) -> set[tuple[int, int]]:
    """Draw a small world (Watts & Strogatz 1998): a ring of neighbours, some ties rewired."""
    if keys["network.kind"] != "small_world":
        raise SystemExit("the third implementation knows no other network than a small world")
    reach = int(keys["network.mean_degree"]) // 2
    ties = {(i, (i + k) % count) for i in range(count) for k in range(1, reach + 1)}
    ties = {(min(tie), max(tie)) for tie in ties}
    for tie in sorted(ties):
        if rng.random() < keys["network.rewire"]:
            i, other = tie[0], int(rng.integers(count))
            new = (min(i, other), max(i, other))
            if other != i and new not in ties:
                ties.remove(tie)
                ties.add(new)
    return ties
