"""Keyed random numbers: every draw is a pure function of its key.

There is no generator with a state. A draw is named by the run's key (seed and replication), a
purpose (its stream), a person or agent, and an index. The same name gives the same number under
every policy, in every engine and in any order: policies are compared by common random numbers.

References
----------
Salmon, J. K., Moraes, M. A., Dror, R. O. & Shaw, D. E. (2011). Parallel random numbers: as easy as
1, 2, 3. SC '11. https://doi.org/10.1145/2063384.2063405
Wichura, M. J. (1988). Algorithm AS 241: the percentage points of the normal distribution. Applied
Statistics 37(3), 477-484. https://doi.org/10.2307/2347330
Marsaglia, G. & Tsang, W. W. (2000). A simple method for generating gamma variables. ACM TOMS 26(3),
363-372. https://doi.org/10.1145/358407.358414
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.compile import entry, inlined, inlined_entry, jitted
from sim.core.ieee import ROUNDED_UP, exp, log, log_of_uniform

__all__ = [
    "BATCH",
    "DISTRIBUTION",
    "draw_from",
    "draw_index",
    "exponential",
    "exponential_below",
    "fill_gammas",
    "fill_streams",
    "fill_uniforms",
    "gamma",
    "gamma_from",
    "gumbel",
    "gumbel_above",
    "happens",
    "lap_uniform",
    "normal",
    "normal_quantile",
    "philox",
    "run_key",
    "story_key",
    "uniform",
]

_MASK = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_ONE = np.uint64(1023 << 52)  # the bits of 1.0
_DROP = np.uint64(12)  # 52 bits and a half: strictly between 0 and 1 as a double
_LAP = 16  # bits of a purpose's number; above them, the lap of a draw that needs several numbers

# A distribution as a record. `kind` is one of the constants below. `parameter` and `scale` are: the
# value of a constant; the mean of an exponential; mu and sigma of a lognormal; shape and scale of a
# gamma or Weibull. `start` and `size` locate the sorted sample of an empirical distribution.
DISTRIBUTION = np.dtype(
    [("kind", "i8"), ("parameter", "f8"), ("scale", "f8"), ("start", "i8"), ("size", "i8")],
    align=True,
)
CONSTANT, EXPONENTIAL, LOGNORMAL, GAMMA, WEIBULL, EMPIRICAL = range(6)


def run_key(seed: int, replication: int) -> int:
    """Return the key of one replication.

    Parameters
    ----------
    seed : int
        The scenario's seed, 0 to 2**32 - 1.
    replication : int
        0 to 2**31 - 1.
    """
    return int(np.int64(np.uint64(seed) | np.uint64(replication) << _WORD))


@inlined
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Return the four 32-bit words of Philox 4x32-10, all arguments and results as uint64."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> _WORD) ^ c1 ^ k0,
            p1 & _MASK,
            (p0 >> _WORD) ^ c3 ^ k1,
            p0 & _MASK,
        )
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@jitted
def _bits(key: int, purpose: int, who: int, index: int, lap: int) -> Any:
    name, which = np.uint64(key), np.uint64(index)
    c0, c1, _, _ = philox(
        which & _MASK,
        which >> _WORD,
        np.uint64(who),
        np.uint64(purpose | lap << _LAP),
        name & _MASK,
        name >> _WORD,
    )
    return c0 << _WORD | c1


@inlined
def lap_uniform(key: int, purpose: int, who: int, index: int, lap: int) -> float:
    """Return `uniform` for a lap of 0, and other numbers for draws that need several of them."""
    # (k + 1/2) / 2**52 of 52 bits k. As the mantissa of a number from 1 to 2 they need no
    # conversion, which takes longer; both steps back are exact.
    from_1 = np.uint64(_ONE | _bits(key, purpose, who, index, lap) >> _DROP).view(np.float64)
    return (from_1 - 1.0) + 2.0**-53


@inlined
def uniform(key: int, purpose: int, who: int, index: int) -> float:
    """Return a number strictly between 0 and 1.

    Parameters
    ----------
    key : int
        The replication's, from `run_key`.
    purpose : int
        The stream (`sim.core.streams`), below 2**16.
    who : int
        Person, agent or tie, below 2**32.
    index : int
        Which of their draws, from `draw_index`, `story_key` or a count.
    """
    return lap_uniform(key, purpose, who, index, 0)


@jitted
def fill_uniforms(
    draws: Any,
    row: int,
    people: Any,
    group: int,
    count: int,
    key: int,
    purpose: int,
    index: int,
    lap: int,
) -> None:
    """Draw a number for each of several people at once, which takes a fraction of the time.

    Nothing but the loop stands between the compiler and the processor's wide instructions.

    Parameters
    ----------
    draws : floats, shape (rows, places)
        Where `row` is written, from its start.
    people : integers, shape (groups, places)
        Whose draws: the first `count` of `group`.
    key, purpose, index : int
        As of `uniform`.
    lap : int
        0 for `uniform`; 1 and 2 for the first two numbers of `gamma`.
    """
    for place in range(count):
        draws[row, place] = lap_uniform(key, purpose, people[group, place], index, lap)


BATCH = 8  # numbers that are drawn at once: as many as the widest registers hold
# All ones in the first place. With a comparison instead of it, the compiler would draw the first
# number by itself, and then four of the other seven at once.
_IN_FIRST = np.array([-1] + [0] * (BATCH - 1))


@inlined
def fill_streams(draws: Any, key: int, first: int, who: int, index: int, further: int) -> None:
    """Draw a number from each of several streams that follow each other, at once.

    Eight take the time of one or two, where a processor has wide instructions. As many as there is
    room for are drawn: with a number that is written here, the compiler makes eight single draws.

    Parameters
    ----------
    draws : floats, shape (BATCH,)
        Where they are written.
    first : int
        The first stream.
    key, who, index : int
        As of `uniform`.
    further : int
        How much larger the index is in the first stream.
    """
    for place in range(draws.shape[0]):
        at = index + (further & _IN_FIRST[place])
        draws[place] = lap_uniform(key, first + place, who, at, 0)


@inlined
def happens(probability: float, key: int, purpose: int, who: int, index: int) -> bool:
    """Return whether something of this probability happens: whether `uniform` is below it.

    Probabilities of 0 and 1 need no draw.
    """
    return probability >= 1.0 or (
        probability > 0.0 and uniform(key, purpose, who, index) < probability
    )


@inlined
def draw_index(month: int, k: int, stage: int) -> int:
    """Return the index of a draw for the k-th need of a month at a stage of its handling.

    Draws are keyed by need, never by the n-th contact of a person, which shifts as soon as policies
    differ.
    month below 2**12, k below 2**28, stage below 2**23.
    """
    return month << 51 | k << 23 | stage


@jitted
def story_key(key: int, purpose: int, who: int, index: int) -> int:
    """Return a 62-bit name for something that arose from one draw, such as a story told."""
    return np.int64(_bits(key, purpose, who, index, 0) >> np.uint64(2))  # type: ignore[return-value]


@entry
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of p in (0, 1), to 16 figures (Wichura 1988)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _central(r)
    r = math.sqrt(-log(min(p, 1.0 - p)))
    tail = _shoulder(r - 1.6) if r <= 5.0 else _far(r - 5.0)
    return -tail if q < 0.0 else tail


@inlined
def _central(r: float) -> float:
    top = 2.5090809287301226727e3
    for a in (
        3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2,
        3.3871328727963666080e0,
    ):  # fmt: skip
        top = top * r + a
    low = 5.2264952788528545610e3
    for b in (
        2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
    ):  # fmt: skip
        low = low * r + b
    return top / low


@jitted
def _shoulder(r: float) -> float:
    top = 7.74545014278341407640e-4
    for a in (
        2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
        3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0,
        1.42343711074968357734e0,
    ):  # fmt: skip
        top = top * r + a
    low = 1.05075007164441684324e-9
    for b in (
        5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
    ):  # fmt: skip
        low = low * r + b
    return top / low


@jitted
def _far(r: float) -> float:
    top = 2.01033439929228813265e-7
    for a in (
        2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0,
        6.65790464350110377720e0,
    ):  # fmt: skip
        top = top * r + a
    low = 2.04426310338993978564e-15
    for b in (
        1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
    ):  # fmt: skip
        low = low * r + b
    return top / low


@jitted
def normal(key: int, purpose: int, who: int, index: int) -> float:
    """Return a standard normal draw."""
    return normal_quantile(uniform(key, purpose, who, index))


@inlined_entry
def exponential(key: int, purpose: int, who: int, index: int) -> float:
    """Return a unit exponential draw."""
    return -log_of_uniform(uniform(key, purpose, who, index))


@inlined
def exponential_below(most: float, draw: float) -> float:
    """Return the exponential draw of a uniform one if it is below a bound; if not, it or infinity.

    Most draws beyond the bound need no logarithm: -ln u is at least 2 (1 - u) / (1 + u).
    """
    if 2.0 * (1.0 - draw) > most * (1.0 + draw) * ROUNDED_UP:
        return math.inf
    return -log_of_uniform(draw)


@inlined
def gumbel(draw: float) -> float:
    """Return the standard Gumbel draw of a uniform one.

    It is the random utility of an option in a multinomial logit choice.
    """
    return -log(-log_of_uniform(draw))


@inlined
def gumbel_above(least: float, draw: float) -> float:
    """Return `gumbel` if it is above a bound; if not, it or minus infinity.

    Most options that are unlikely to be chosen need no logarithm then: a Gumbel draw is at most
    -ln(-ln u) of any u that its random number is below.
    """
    if (least > 2.26 and draw < 0.9) or (least > 4.61 and draw < 0.99):
        return -math.inf
    if least > 6.91 and draw < 0.999:
        return -math.inf
    return gumbel(draw)


@entry
def gamma(key: int, purpose: int, who: int, index: int, shape: float) -> float:
    """Return a gamma draw of scale 1 and the given shape, above 0 (Marsaglia & Tsang 2000)."""
    first = lap_uniform(key, purpose, who, index, 1)
    second = lap_uniform(key, purpose, who, index, 2)
    return gamma_from(first, second, key, purpose, who, index, shape)


@jitted
def gamma_from(
    first: float, second: float, key: int, purpose: int, who: int, index: int, shape: float
) -> float:
    """Return `gamma`, of which the first two numbers are drawn already."""
    boosted = shape if shape >= 1.0 else shape + 1.0
    d = boosted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    lap, score, u = 2, first, second
    while True:
        x = normal_quantile(score)
        v = (1.0 + c * x) ** 3
        # Their squeeze: what is below it is below the second bound too, without a logarithm.
        if v > 0.0 and (u < 1.0 - 0.0331 * (x * x) * (x * x) or _is_below(u, x, d, v)):
            break
        score = lap_uniform(key, purpose, who, index, lap + 1)
        u = lap_uniform(key, purpose, who, index, lap + 2)
        lap += 2
    if shape < 1.0:
        v *= exp(log(lap_uniform(key, purpose, who, index, 0)) / shape)
    return d * v


@jitted
def fill_gammas(draws: Any, first: int, second: int, target: int, count: int, shape: float) -> None:
    """Make gamma draws of their first two numbers, all at once, where these are enough.

    That is where the score is no tail's and the squeeze accepts it, in five of six. Elsewhere NaN
    is written, and `gamma_from` has to be asked.

    Parameters
    ----------
    draws : floats, shape (rows, places)
    first, second, target : int
        The rows of the two numbers, and of what is made of them; the first `count` of each.
    shape : float
        At least 1.
    """
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    for place in range(count):
        q, u = draws[first, place] - 0.5, draws[second, place]
        x = q * _central(0.180625 - q * q)
        v = (1.0 + c * x) ** 3
        squeezed = (abs(q) <= 0.425) & (v > 0.0) & (u < 1.0 - 0.0331 * (x * x) * (x * x))
        draws[target, place] = d * v if squeezed else math.nan


@inlined
def _is_below(u: float, x: float, d: float, v: float) -> bool:
    return log_of_uniform(u) < 0.5 * x * x + d - d * v + d * log(v)


@inlined
def draw_from(
    distribution: Any, values: Any, draw: float, key: int, purpose: int, who: int, index: int
) -> float:
    """Return a draw from a distribution given as a `DISTRIBUTION` record.

    `values` holds the samples of all empirical distributions; each value of such a distribution is
    equally likely, so its mean and spread are those of its sample. `draw` is the uniform draw of
    this key, from which all but a gamma draw are made.
    """
    if distribution.kind == CONSTANT:
        return distribution.parameter
    if distribution.kind == GAMMA:
        return distribution.scale * gamma(key, purpose, who, index, distribution.parameter)
    if distribution.kind == EXPONENTIAL:
        return -distribution.parameter * log_of_uniform(draw)
    if distribution.kind == LOGNORMAL:
        return exp(distribution.parameter + distribution.scale * normal_quantile(draw))
    if distribution.kind == WEIBULL:
        return distribution.scale * exp(log(-log(draw)) / distribution.parameter)
    # A draw is at most 1 - 2**-53, so its product with a size rounds to less than the size.
    return values[distribution.start + int(draw * distribution.size)]
