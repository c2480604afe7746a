"""Every keyed draw that two policies share is the same number for the same matter.

All draws of a run are recorded with their key and with what they are about, which is read from the
records that the drawing function has before it, and never from the key. So the oracle knows nothing
of how keys are made. A key that is wrong in one place must be noticed, which planted errors show.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from types import FrameType, ModuleType
from typing import Any, NamedTuple

import pytest

from sim.core import rng, streams
from sim.core.rng import run_key
from sim.engine.simulate import simulate
from sim.model.build import build_world
from sim.model.events import (
    coming_back,
    complaint,
    complaint_choice,
    contact,
    month_end,
    need_times,
    waiting,
    word_of_mouth,
)
from sim.model.policy.entitlements import policy_tables
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario
from tests.behaviour.all_at_work import WORLD
from tests.interpreted import interpreted, plant, run_interpreted
from tests.small_worlds import merged

Meaning = tuple[Any, ...]
EVENTS = "/sim/model/events/"
# What tells one draw of a matter from the next: which option, tie, need, hearer or month it is for.
WHICH = ("choice", "place", "k", "j", "month", "which")
# What is drawn anew at each line that a contact goes through.
EACH_LINE = ("_drawn_minutes", "_patience", "second_line")
# What an agent's draw is for, by the function that draws.
OF_AGENTS = {
    "draw_agent": ("hired",),
    "_is_away": ("shift_began",),
    "_has_break": ("shift_began", "breaks"),
    "_next_due": ("shift_began", "breaks"),
}
# What is drawn for many at once, and which function draws it for one at other times.
AT_ONCE = {
    streams.NEED_STEP: ("_number_of_need", lambda _: (0,)),
    streams.SPEND_NOISE: ("observed_spend", lambda W: (int(W.run[0].month),)),
    streams.CHURN: ("_update_block", lambda _: ()),
    streams.ENQUIRY: ("_schedule_block", lambda _: ()),
}
# The last stream of a batch that is used; what is drawn beyond it is drawn again where needed.
LAST_OF_BATCH = {"draw_need": streams.RESOLUTION, "_draw_choices": streams.CHOICE_EXIT}
MATTER = ("person", "phase", "month", "need_number", "complaint_level", "attempt")


class Draw(NamedTuple):
    """A draw's key, and the number that it gave."""

    key: tuple[int, ...]
    bits: int


class Recorder:
    """Stands in for the function that makes the bits of every draw."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._stories: dict[int, Meaning] = {}
        self.draws: dict[Meaning, set[Draw]] = defaultdict(set)
        self.whose: dict[Meaning, int] = {}

    def __call__(self, key: int, purpose: int, who: int, index: int, lap: int) -> Any:
        bits = self._real(key, purpose, who, index, lap)
        frame = _event_frame(sys._getframe(1))
        if frame is not None and frame.f_code.co_name == "draw_for":
            self._note_one_of_many(
                frame,
                sys._getframe(2).f_locals["place"],
                purpose,
                lap,
                Draw((int(key), purpose, int(who), int(index), lap), int(bits)),
            )
        elif frame is not None and purpose <= LAST_OF_BATCH.get(frame.f_code.co_name, purpose):
            whose, matter = self._matter(frame)
            meaning = (*_which_of_the_matter(frame, purpose, matter), lap)
            self.draws[meaning].add(Draw((int(key), purpose, int(who), int(index), lap), int(bits)))
            self.whose[meaning] = whose
            if purpose == streams.STORY:
                self._stories[int(bits) >> 2] = meaning
        return bits

    def _note_one_of_many(
        self, frame: FrameType, place: int, purpose: int, lap: int, draw: Draw
    ) -> None:
        W, (name, which) = frame.f_locals["W"], AT_ONCE[purpose]
        whose = int(W.block[frame.f_locals["group"], place])
        meaning = (name, purpose, whose, int(W.run[0].month), *which(W), lap)
        self.draws[meaning].add(draw)
        self.whose[meaning] = whose

    def _matter(self, frame: FrameType) -> tuple[int, Meaning]:
        """Return whose draw it is and what it is about, from the records that are at hand."""
        code, told = frame.f_code, frame.f_locals
        if "index" in code.co_varnames[: code.co_argcount]:
            return self._matter(frame.f_back)  # type: ignore[arg-type]  # whose caller has the matter
        W = told["W"]
        if "m" in told:
            telling = W.tellings[told["m"]]
            story = self._stories[int(telling.key) ^ int(telling.public)]
            whose = int(told.get("j", telling.teller))
            return whose, (story, int(telling.public), int(telling.teller))
        if "c" in told:
            names = (*MATTER, "handed") if code.co_name in EACH_LINE else MATTER
            matter = tuple(int(W.contacts[told["c"]][name]) for name in names)
            return matter[0], matter
        whose = int(told.get("i", told.get("a", 0)))
        if code.co_name in OF_AGENTS:
            agent = W.agents[whose]
            return whose, (whose, *(int(agent[name]) for name in OF_AGENTS[code.co_name]))
        return whose, (whose, int(W.run[0].month))


def _event_frame(frame: FrameType | None) -> FrameType | None:
    """Return the frame of the event's function that draws; None while the world is built."""
    while frame is not None and EVENTS not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame


def _which_of_the_matter(frame: FrameType, purpose: int, matter: Meaning) -> Meaning:
    """Return which draw of a matter it is, by the function that draws and what it draws it for."""
    name, told = frame.f_code.co_name, frame.f_locals
    if name == "draw_need" and purpose == streams.NEED_STEP:
        # With a need comes the step to the next, which is drawn by itself where none came before.
        return ("_number_of_need", purpose, *matter, int(told["k"]) + 1)
    return (name, purpose, *matter, *(int(told[each]) for each in WHICH if each in told))


def company() -> Scenario:
    """Return a small company in which everything happens: talk, tiers that leak, appeals, quits."""
    few = {
        "months": 2,
        "people": {"count": 80, "customers": 50, "patience_minutes": {"mean": 12.0}},
        "desk": {"pools": {"front": {"agents": 1}}},
        "staff": {"quit": {"base_per_month": 0.3}},
    }
    return from_mapping(merged(WORLD, few))


def recorded(scenario: Scenario, *errors: tuple[ModuleType, str, str, str]) -> dict[str, Recorder]:
    """Return the recorded draws of a run under each policy, with errors planted or without."""
    found = {}
    with interpreted(scenario) as patch:
        real = rng._bits
        for error in errors:
            plant(patch, *error)
        for policy in scenario.policies:
            found[policy] = Recorder(real)
            patch.setattr(rng, "_bits", found[policy])
            run_interpreted(scenario, policy)
    return found


def faults(found: dict[str, Recorder], key: int) -> list[str]:
    """Return in which ways keys and matters do not go together, one to one."""
    drawn: dict[Meaning, set[Draw]] = defaultdict(set)
    meanings: dict[tuple[int, ...], set[Meaning]] = defaultdict(set)
    told = []
    for recorder in found.values():
        for meaning, draws in recorder.draws.items():
            drawn[meaning] |= draws
            for draw in draws:
                meanings[draw.key].add(meaning)
                if draw.key[2] != recorder.whose[meaning] or draw.key[0] != key:
                    told.append(f"another person's: {meaning} {draw.key}")
    told += [
        f"two numbers for {meaning}: {draws}" for meaning, draws in drawn.items() if len(draws) > 1
    ]
    told += [f"one key for {several}" for several in meanings.values() if len(several) > 1]
    return told


@pytest.fixture(scope="module")
def sound():
    return recorded(company())


KEY = run_key(3, 0)


def test_a_draw_that_two_policies_share_is_the_same_number_for_the_same_matter(sound):
    equal, mine = (set(sound[name].draws) for name in ("equal", "mine"))
    assert len(equal & mine) > 1000
    assert equal - mine
    assert mine - equal
    assert faults(sound, KEY) == []


def test_every_stream_of_a_run_is_among_the_recorded_draws(sound):
    drawn = {meaning[1] for recorder in sound.values() for meaning in recorder.draws}
    in_a_run = {
        number
        for name, number in vars(streams).items()
        if name.isupper()
        and (
            streams.NEED_STEP <= number <= streams.LEAK
            or streams.AGENT_PACE <= number <= streams.BREAK_TIME
        )
    }
    missing = in_a_run - drawn
    assert not missing, [name for name, number in vars(streams).items() if number in missing]


@pytest.mark.parametrize("policy", ["equal", "mine"])
def test_what_is_recorded_is_the_run(policy):
    scenario = company()
    with interpreted(scenario):
        world = run_interpreted(scenario, policy)
    compiled = simulate(company(), policy, 0)
    assert world.months["arrived"].sum() > 100
    for name in compiled.months.dtype.names:
        assert world.months[name] == pytest.approx(
            compiled.months[name], rel=1e-12, abs=1e-9, nan_ok=True
        ), name
    assert (world.waits == compiled.waits).all()


def test_people_begin_the_same_under_every_policy():
    scenario = company()
    people = [
        build_world(scenario, policy_tables(scenario, policy), 0).people
        for policy in scenario.policies
    ]
    assert people[0].tobytes() == people[1].tobytes()


PLANTED = {
    "the agent's number instead of the person's": (
        (contact, "_resolved", "RESOLUTION, contact.person", "RESOLUTION, contact.agent"),
    ),
    "the person's n-th contact instead of the need": (
        (contact, "_drawn_minutes", "hand_index(contact)", "W.people[contact.person].contacts"),
    ),
    "the stream of another purpose": (
        (waiting, "_patience", "uniform(run.key, streams.PATIENCE",
         "uniform(run.key, streams.HANDLING"),
    ),
    "no attempt in the key": (
        (coming_back, "_is_so", "contact_index(contact)", "contact_index(contact) >> 21 << 21"),
    ),
    "no level of complaint in the key": (
        (complaint_choice, "_draw_choices", "contact_index(contact)",
         "contact_index(contact) & ~(3 << 21)"),
    ),
    "a count of customers instead of the month": (
        (month_end, "_update_block", "streams.CHURN, month", "streams.CHURN, W.run[0].customers"),
    ),
    "the contacts so far instead of the number of the need": (
        (need_times, "draw_need", "draw_index(run.month, k, 0)",
         "draw_index(run.month, W.people[i].contacts + k, 0)"),
    ),
    "the number of a record instead of the story's key": (
        (word_of_mouth, "_retell", "streams.RETELLS, j, key", "streams.RETELLS, j, m"),
    ),
    "the key of another replication": (
        (complaint, "chooses_to_appeal", "W.run[0].key", "W.run[0].key + (1 << 32)"),
    ),
}  # fmt: skip


SAMPLE = ("the stream of another purpose",)


@pytest.mark.parametrize(
    "error",
    [one if one in SAMPLE else pytest.param(one, marks=pytest.mark.whole) for one in PLANTED],
)
def test_a_planted_error_in_one_key_is_noticed(error):
    assert faults(recorded(company(), *PLANTED[error]), KEY)
