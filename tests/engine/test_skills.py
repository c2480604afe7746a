"""The designs of the skills literature (Gans, Koole & Mandelbaum 2003, section 5), exactly.

Two kinds of callers, Poisson, with exponential patience and service, meet one or two agents. Each
design is a Markov chain, written here from its own rules and solved for the share who hang up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import spsolve

from sim.engine.simulate import simulate
from tests.engine.test_breaks import ERRORS, desk

# Callers of each kind a minute, who talk 1 minute at skill 1 and wait 2 on the mean.
RATE, PATIENCE = 0.7, 2.0
LONGEST = 8  # where the chain is cut: hardly ever is the queue as long

Skills = dict[str, float]
State = tuple[str, str, str]  # what either agent does, "" if nothing; who waits, in order


@dataclass(frozen=True)
class Design:
    """Two agents, `a` of the pool that callers reach first, and `b`; and their desk.

    `first` says who of those that wait, and that b can do, b takes.
    """

    a: Skills
    b: Skills
    own: str  # the kinds for which `a` is tried before b
    first: Callable[[str, str], str]
    pools: dict[str, Any]


def earliest(able: str, _: str) -> str:
    return able[:1]


def own_first(able: str, own: str) -> str:
    return next((kind for kind in able if kind not in own), able[:1])


RED_AND_BLUE = {"agents": 1, "serves": [], "helps": ["front"]}
DESIGNS = {
    # One agent for two kinds, slower at one.
    "V": Design(
        {"r": 1.0, "b": 0.5}, {}, "rb", earliest,
        {"front": {"agents": 1, "skills": {"blue": 0.5}}},
    ),
    # One agent for red only; the other for blue, who helps with red and is slower at it.
    "N": Design(
        {"r": 1.0}, {"r": 0.6, "b": 1.0}, "r", own_first,
        {"front": {"agents": 1}, "back": {"agents": 1, "serves": ["blue"], "helps": ["front"],
                                           "skills": {"red": 0.6}}},
    ),
    # One queue for two languages: the first agent speaks red, the second both.
    "two languages": Design(
        {"r": 1.0}, {"r": 0.8, "b": 1.25}, "r", earliest,
        {"front": {"agents": 1, "skills": {"blue": 0}},
         "both": RED_AND_BLUE | {"skills": {"red": 0.8, "blue": 1.25}}},
    ),
    # Each agent is for both, and each better at one: whoever comes goes to the own agent first.
    "X": Design(
        {"r": 1.5, "b": 0.75}, {"r": 0.75, "b": 1.5}, "rb", earliest,
        {"front": {"agents": 1, "skills": {"red": 1.5, "blue": 0.75}},
         "both": RED_AND_BLUE | {"skills": {"red": 0.75, "blue": 1.5}}},
    ),
}  # fmt: skip


def moves(design: Design, state: State) -> Iterator[tuple[float, State]]:
    """Yield (rate, next state)."""
    a, b, queue = state
    for kind in "rb":
        if not a and kind in design.own and kind in design.a:
            yield RATE, (kind, b, queue)
        elif not b and kind in design.b:
            yield RATE, (a, kind, queue)
        elif len(queue) < LONGEST:
            yield RATE, (a, b, queue + kind)
    if a:
        following = next((kind for kind in queue if kind in design.a and kind in design.own), "")
        yield design.a[a], (following, b, queue.replace(following, "", 1))
    if b:
        able = "".join(kind for kind in queue if kind in design.b)
        following = design.first(able, design.own)
        yield design.b[b], (a, following, queue.replace(following, "", 1))
    for place in range(len(queue)):
        yield 1.0 / PATIENCE, (a, b, queue[:place] + queue[place + 1 :])


def chain(design: Design) -> dict[State, float]:
    """Return the stationary distribution."""
    places: dict[State, int] = {("", "", ""): 0}
    states, entries = list(places), []
    for state in states:  # which grows meanwhile
        for rate, following in moves(design, state):
            if following not in places:
                places[following] = len(places)
                states.append(following)
            entries += [(places[following], places[state], rate)]
            entries += [(places[state], places[state], -rate)]
    rows, columns, rates = zip(*entries, strict=True)
    flow = sparse.csr_matrix((rates, (rows, columns)), shape=(len(states),) * 2).tolil()
    flow[0] = 1.0
    total = np.zeros(len(states))
    total[0] = 1.0
    return dict(zip(states, spsolve(flow.tocsc(), total), strict=True))


def exact(design: Design) -> tuple[float, float]:
    """Return the shares of red and of blue callers who hang up."""
    weights = chain(design)
    waiting = [sum(w * queue.count(kind) for (*_, queue), w in weights.items()) for kind in "rb"]
    return waiting[0] / PATIENCE / RATE, waiting[1] / PATIENCE / RATE


def company(design: Design, months: int = 2, count: int = 400, rate: float = RATE):
    minutes = {"law": "exponential", "mean": 1}
    people = {
        "count": count,
        "customers": count,
        "contacts_per_month": {"mean": 2 * rate * 40_320 / count, "cv": 0},
        "difficulty": {"cv": 0},
        "demanding_share": {"mean": 0, "cv": 0},
        "patience_minutes": {"mean": PATIENCE, "cv": 0},
    }
    needs = [
        {"name": name, "share": 0.5, "minutes": minutes, "resolved": 1} for name in ("red", "blue")
    ]
    return desk(months=months, people=people, needs=needs, desk={"pools": design.pools})


def hung_up(tallies) -> tuple[float, float]:
    """Return the shares of red and of blue callers who hung up."""
    first = sum(len(tallies.group_names[sort]) for sort in ("tier", "decile", "pool"))
    by_kind = tallies.groups[:, first : first + 2]
    red, blue = (by_kind["abandoned"].sum(0) / by_kind["arrived"].sum(0)).tolist()
    return red, blue


@pytest.mark.statistical
@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_loses_as_many_of_either_kind_as_its_exact_chain(name):
    design = DESIGNS[name]
    given = company(design)
    shares = [hung_up(simulate(given, "equal", replication)) for replication in range(8)]
    for found, expected in zip(zip(*shares, strict=True), exact(design), strict=True):
        error = np.std(found, ddof=1) / math.sqrt(len(found))
        assert error < 0.02 * expected
        assert np.mean(found) == pytest.approx(expected, abs=ERRORS * error)


@pytest.mark.parametrize("name", DESIGNS)
def test_both_engines_agree(name):
    given = company(DESIGNS[name], 1, 40, 0.05)
    one, other = (simulate(given, "equal", 0, engine) for engine in ("compiled", "simpy"))
    assert one.months["served"].sum() > 1000
    assert one.groups.tobytes() == other.groups.tobytes()
    assert one.waits.tobytes() == other.waits.tobytes()


def test_skills_of_one_change_no_byte():
    plain = {"front": {"agents": 1}, "back": {"agents": 1, "serves": ["blue"], "helps": ["front"]}}
    said = {
        "front": plain["front"] | {"skills": {"red": 1, "blue": 1}},
        "back": plain["back"] | {"skills": {"enquiry": 1}},
    }
    design = DESIGNS["V"]
    one, other = (
        simulate(company(Design(design.a, {}, "", earliest, pools), 1), "equal", 0)
        for pools in (plain, said)
    )
    for name in ("months", "groups", "waits"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name


def test_an_unskilled_pool_is_as_good_as_none():
    # Whatever the queues are called: the helper who can do nothing here is never asked.
    design = DESIGNS["two languages"]
    idle = {"agents": 3, "serves": [], "helps": ["front"]}
    idle |= {"skills": {"red": 0, "blue": 0, "complaint": 0}}
    with_idle = design.pools | {"idle": idle}
    one, other = (
        simulate(company(Design({}, {}, "", earliest, pools), 1), "equal", 0)
        for pools in (design.pools, with_idle)
    )
    assert hung_up(one) == hung_up(other)
    assert one.waits.tobytes() == other.waits.tobytes()
