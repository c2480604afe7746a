"""People at the start: traits that are the same under every policy, and the initial state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from sim.core import streams
from sim.core.cancel import check_cancelled
from sim.core.compile import allocating_entry
from sim.core.ieee import exp, on_grid
from sim.core.rng import exponential, normal, normal_quantile, uniform
from sim.errors import DataError
from sim.model.population.customer_file import CustomerFile
from sim.model.population.quantiles import beta_quantile, gamma_quantile, single
from sim.model.radix_sort import argsort
from sim.model.records import AT_RIVAL, CUSTOMER, MONTH, NOBODY, PERSON, PROSPECT, Floats, Records
from sim.scenario.schema.market import Rival
from sim.scenario.schema.people import People
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.trait_correlations import CORRELATED

__all__ = ["TRAITS", "build_people", "tie_scores"]

# The scenario's names in the order of their draws, and the record's field each fills.
TRAITS: Mapping[str, str] = {
    "spend": "potential",
    "contacts_per_month": "need_rate",
    "difficulty": "difficulty",
    "patience_minutes": "patience",
    "demanding_share": "demanding",
    "loudness": "loudness",
    "temper": "temper",
    "honesty": "honesty",
    "audience": "audience",
    "fairness": "fairness",
    "understanding": "understanding",
}
_AT_ONCE = 1 << 15  # people per batch of traits: few enough for a processor's cache
_DECILES = 10
_SHARE_WITHOUT_COLUMN = 0.4  # of a customer file without a customer column, as in the defaults


def build_people(
    scenario: Scenario,
    count: int,
    key: int,
    start: float,
    norm: float,
    file: CustomerFile | None,
) -> Records:
    """Return all people at the start.

    Parameters
    ----------
    scenario : Scenario
    count : int
        Persons.
    key : int
        The replication's.
    start, norm : float
        First satisfaction and trust; first expectation. All 0 to 1.
    file : CustomerFile or None
        Real people: its columns replace draws.
    """
    people = np.zeros(count, PERSON)
    given = dict(file.traits) if file else {}
    _draw_traits(people, scenario.people, key, given)
    _begin(people, start, norm)
    _choose_customers(people, _wanted(scenario, count, file), key, file)
    _settle(people, scenario.people, key, start, given)
    _place_at_rival(people, scenario.market.rival, key)
    return people


def _draw_traits(people: Records, spec: People, key: int, given: Mapping[str, Floats]) -> None:
    factor = _cholesky(spec.correlations)
    for first in range(0, len(people), _AT_ONCE):
        check_cancelled()
        some = slice(first, first + _AT_ONCE)
        z = _scores(key, streams.TRAIT, first, len(people[some]), factor)
        for scores, (name, field) in zip(z[: len(TRAITS)], TRAITS.items(), strict=True):
            theirs = given.get(name)
            own = None if theirs is None else _kept(name, theirs[some])
            people[field][some] = _filled(own, partial(_quantile, name, spec, scores))
    favourites = _uniforms(key, streams.FAVOURITE, len(people)) < spec.favourite_share
    people["favourite"] = _filled(given.get("favourite"), lambda: favourites)
    seekers = _uniforms(key, streams.DEAL_SEEKER, len(people)) < spec.deal_seeker_share
    people["deal_seeker"] = _filled(given.get("deal_seeker"), lambda: seekers)


def _filled(given: Floats | None, draw: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Return what a file has, with draws where it has nothing."""
    if given is None:
        return draw()
    blank = np.isnan(given)
    return np.where(blank, draw(), given) if blank.any() else given


def _begin(people: Records, start: float, norm: float) -> None:
    people["status"] = PROSPECT
    people["satisfaction"] = people["trust"] = start
    people["expectation"] = norm
    people["rank"] = 0.5
    people["complained_at"] = people["remedied_at"] = -np.inf
    people["need_number"] = people["first_contact"] = people["recommender"] = NOBODY
    people["told_by"] = people["offer_of"] = NOBODY


def _wanted(scenario: Scenario, count: int, file: CustomerFile | None) -> int:
    wanted = scenario.people.customers
    if wanted is None:
        return int(_SHARE_WITHOUT_COLUMN * count)
    if wanted > count:
        where = scenario.people.file if file else "people"
        raise DataError(f"{where}: people.customers is {wanted}, but there are {count} people")
    return wanted


def _choose_customers(people: Records, wanted: int, key: int, file: CustomerFile | None) -> None:
    if file and file.customer is not None:
        people["status"][file.customer] = CUSTOMER
        return
    draw = _uniforms(key, streams.FIRST_CUSTOMERS, len(people))
    people["status"][argsort(draw)[:wanted]] = CUSTOMER


def _settle(
    people: Records, spec: People, key: int, start: float, given: Mapping[str, Floats]
) -> None:
    """Convert spend to potential, and draw how long the first customers have been customers."""
    share = start * start
    if share > 0.0:
        people["potential"] /= share
    customers = people["status"] == CUSTOMER
    people["wallet_share"][customers] = share
    tenure = _filled(
        given.get("tenure_months"),
        lambda: spec.tenure_months.mean * _exponentials(key, streams.TENURE, len(people)),
    )
    people["joined_at"][customers] = -_grid(tenure * MONTH)[customers]
    order = argsort(np.ascontiguousarray(people["potential"]))
    people["decile"][order] = np.arange(len(people)) * _DECILES // max(len(people), 1)


def _place_at_rival(people: Records, rival: Rival | None, key: int) -> None:
    """Give the rival its share of those who are no customers, and draw whom it fits better."""
    if rival is None or rival.share == 0.0:
        return
    theirs = _uniforms(key, streams.AT_RIVAL, len(people)) < rival.share
    theirs &= people["status"] == PROSPECT
    people["status"][theirs] = AT_RIVAL
    people["expectation"][theirs] = rival.quality
    people["fits_rival"] = _uniforms(key, streams.FITS_RIVAL, len(people)) < rival.better_fit_share


def _quantile(name: str, spec: People, z: Floats) -> Floats:
    """Return a trait from its standard normal score, to single precision.

    Single precision hides the last bits in which libraries of special functions differ.
    """
    return single(_QUANTILES[name](getattr(spec, name), z))


def _kept(name: str, given: Floats) -> Floats:
    """Return a column of a customer file as people keep it: money whole, the rest to seven digits.

    A drawn trait has no more digits either.
    """
    return given if name == "spend" else single(given)


def _spend(law: Any, z: Floats) -> Floats:
    if law.law == "pareto" and law.top20_share > 0.2:
        steepness = 1.0 - math.log(law.top20_share) / math.log(0.2)  # 0 where all are equal
        return np.asarray(law.mean * (1.0 - steepness) * special.ndtr(-z) ** -steepness)
    sigma = normal_quantile(0.8) + normal_quantile(law.top20_share)
    return _exponents(math.log(max(law.mean, 1e-300)) - 0.5 * sigma * sigma + sigma * z)


def _lognormal(law: Any, z: Floats, mean: float) -> Floats:
    sigma = math.sqrt(math.log1p(law.cv**2))
    return mean * _exponents(sigma * z - 0.5 * sigma * sigma)


def _difficulty(law: Any, z: Floats) -> Floats:
    return _lognormal(law, z, 1.0)


def _patience(law: Any, z: Floats) -> Floats:
    return np.full(len(z), np.inf) if law is None else _lognormal(law, z, law.mean)


def _gamma(law: Any, z: Floats) -> Floats:
    if law.mean <= 0.0 or law.cv <= 0.0:
        return np.full(len(z), float(law.mean))
    shape = law.cv**-2
    return gamma_quantile(shape, law.mean, z)


def _beta(law: Any, z: Floats) -> Floats:
    if law.cv <= 0.0 or law.mean <= 0.0 or law.mean >= 1.0:
        return np.full(len(z), float(law.mean))
    weight = (1.0 - law.mean) / (law.mean * law.cv**2) - 1.0
    return beta_quantile(law.mean * weight, (1.0 - law.mean) * weight, z)


def _normal(law: Any, z: Floats) -> Floats:
    return np.asarray(law.mean + law.sd * z)


def _audience(law: Any, z: Floats) -> Floats:
    return law.median * _exponents(law.sigma * z)


_QUANTILES: Mapping[str, Callable[[Any, Floats], Floats]] = {
    "spend": _spend,
    "contacts_per_month": _gamma,
    "difficulty": _difficulty,
    "patience_minutes": _patience,
    "demanding_share": _beta,
    "loudness": _normal,
    "temper": _normal,
    "honesty": _normal,
    "audience": _audience,
    "fairness": _beta,
    "understanding": _beta,
}


def _cholesky(correlations: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Return the lower factor of the correlation matrix of all traits (a Gaussian copula)."""
    matrix = np.eye(len(CORRELATED))
    for pair, value in correlations.items():
        a, b = (CORRELATED.index(name.strip()) for name in pair.split("~"))
        matrix[a, b] = matrix[b, a] = value
    factor = np.asarray(np.linalg.cholesky(matrix), np.float64)
    # The last is how many ties somebody has, which only `tie_scores` draws.
    return factor if correlates_ties(correlations) else factor[: len(TRAITS), : len(TRAITS)]


def correlates_ties(correlations: Mapping[str, float]) -> bool:
    """Return whether a trait is correlated with the number of ties."""
    return any("ties" in pair.split("~") and value for pair, value in correlations.items())


def tie_scores(correlations: Mapping[str, float], count: int, key: int) -> Floats | None:
    """Return a score of each person, by which the number of ties rises; None if by none."""
    if not correlates_ties(correlations):
        return None
    return _scores(key, streams.TRAIT, 0, count, _cholesky(correlations))[-1]


@allocating_entry
def _scores(key: int, purpose: int, first: int, count: int, factor: Floats) -> Floats:
    """Return scores, traits x people from the first, correlated by a lower factor."""
    traits = len(factor)
    z = np.empty((traits, count))
    alone = np.empty(traits)
    for i in range(count):
        for trait in range(traits):
            alone[trait] = normal(key, purpose, first + i, trait)
            score = 0.0
            for other in range(trait + 1):
                score += factor[trait, other] * alone[other]
            z[trait, i] = score
    return z


@allocating_entry
def _uniforms(key: int, purpose: int, count: int) -> npt.NDArray[np.float64]:
    drawn = np.empty(count)
    for i in range(count):
        drawn[i] = uniform(key, purpose, i, 0)
    return drawn


@allocating_entry
def _exponentials(key: int, purpose: int, count: int) -> npt.NDArray[np.float64]:
    drawn = np.empty(count)
    for i in range(count):
        drawn[i] = exponential(key, purpose, i, 0)
    return drawn


@allocating_entry
def _exponents(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    value = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        value[i] = exp(x[i])
    return value


@allocating_entry
def _grid(minutes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    value = np.empty(minutes.shape[0])
    for i in range(minutes.shape[0]):
        value[i] = on_grid(minutes[i])
    return value
