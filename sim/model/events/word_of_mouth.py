"""Word of mouth: stories are told to neighbours or posted in public, heard and retold."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import on_grid
from sim.core.rng import exponential, geometric, happens, story_key, uniform
from sim.model.events.allocate import (
    allocate_story,
    allocate_telling,
    flush_scheduled,
    free_story,
    free_telling,
    has_heard,
    month_tally,
    record_hearing,
)
from sim.model.events.envy import compare_treatment, describe_treatment
from sim.model.laws.talk import (
    mean_told,
    opinion_after_hearing,
    readers,
    satisfaction_after_hearing,
)
from sim.model.laws.voice import next_voice_value
from sim.model.records import CUSTOMER, NOBODY, POLITE
from sim.model.state import World

__all__ = ["start_story", "tell_story"]


@inlined
def start_story(
    W: World,
    i: int,
    index: int,
    d: float,
    voice: int,
    remedy: float,
    now: float,
    public: bool,
    posted_at: float,
    about: int,
) -> None:
    """Start a story of what happened to a person, if they tell it or post it in public.

    Parameters
    ----------
    i : int
        The person it happened to.
    index : int
        The index of its draws.
    d : float
        The disconfirmation, which is the story's strength.
    voice, remedy : int, float
        Of the complaint that was handled, from which hearers learn; voice 0 if there was none.
    now : float
    public : bool
        Whether it is posted in public.
    posted_at : float
        When it is posted; possibly beyond the horizon.
    about : int
        The contact whose treatment others compare with their own; NEWCOMER_OFFER; or NOBODY.
    """
    P, run, person = W.parameters[0], W.run[0], W.people[i]
    chance = P.talk_chance_good if d > 0.0 else P.talk_chance_bad
    is_told = abs(d) > P.talk_threshold and happens(chance, run.key, streams.TELLS, i, index)
    is_posted = public and readers(person.audience, P.talk_exposure_share, P.talk_cap) > 0
    if d == 0.0 or not (is_told or is_posted):
        return
    y = allocate_story(W)
    story = W.stories[y]
    story.origin, story.key = i, story_key(run.key, streams.STORY, i, index)
    story.voice, story.remedy = voice, remedy
    describe_treatment(W, y, about)
    if d > 0.0:
        month_tally(W).stories_good += 1.0
    else:
        month_tally(W).stories_bad += 1.0
    if is_told:
        wait = exponential(run.key, streams.TELLING_DELAY, i, story.key) * P.talk_delay_minutes
        _schedule_telling(W, y, i, NOBODY, story.key, 0, d, 0, now + on_grid(wait))
    if is_posted:
        _schedule_telling(W, y, i, NOBODY, story.key ^ 1, 0, d, 1, posted_at)
    if story.pending_tellings == 0:
        free_story(W, y)


@jitted
def _schedule_telling(
    W: World,
    y: int,
    teller: int,
    heard_from: int,
    key: int,
    hop: int,
    strength: float,
    public: int,
    at: float,
) -> None:
    m = allocate_telling(W, y, teller, at)
    if m == NOBODY:
        return
    telling = W.tellings[m]
    telling.heard_from, telling.key, telling.hop = heard_from, key, hop
    telling.strength, telling.public = strength, public


@entry
def tell_story(W: World, m: int, now: float) -> int:
    """Let people hear a telling; some will retell it. Return as `flush_scheduled`."""
    telling, tally = W.tellings[m], month_tally(W)
    if telling.strength > 0.0:
        tally.messages_good += 1.0
    else:
        tally.messages_bad += 1.0
    if telling.public == 1:
        _reach_readers(W, m, now)
    else:
        _tell_neighbours(W, m, now)
    free_telling(W, m)
    return flush_scheduled(W)


@jitted
def _reach_readers(W: World, m: int, now: float) -> None:
    """Let people read a public post, whether they know its writer or not."""
    telling, run, P = W.tellings[m], W.run[0], W.parameters[0]
    story, audience = W.stories[telling.story], W.people[telling.teller].audience
    for place in range(readers(audience, P.talk_exposure_share, P.talk_cap)):
        if story.reached >= run.people - 1:
            return  # everybody has heard it
        draw = uniform(run.key, streams.WHO_READS, telling.teller, telling.key + place)
        _hear(W, m, int(draw * run.people), now)


@jitted
def _tell_neighbours(W: World, m: int, now: float) -> None:
    """Tell some neighbours: the first ones in an order that is fixed for this teller and story.

    A story that is stronger under another policy is then told to the same people and more.
    """
    telling, run, P = W.tellings[m], W.run[0], W.parameters[0]
    i = telling.teller
    draw = uniform(run.key, streams.NUMBER_TOLD, i, telling.key)
    begin, ties = W.tie_starts[i], W.tie_starts[i + 1] - W.tie_starts[i]
    for place in range(ties):
        W.neighbours[place] = W.ties[begin + place]
    count = geometric(draw, mean_told(telling.strength, P.talk_tells_bad, P.talk_tells_good))
    for place in range(min(count, ties)):
        draw = uniform(run.key, streams.WHO_IS_TOLD, i, telling.key + place)
        chosen = place + int(draw * (ties - place))
        hearer = W.neighbours[chosen]
        W.neighbours[chosen] = W.neighbours[place]
        _hear(W, m, hearer, now)


@jitted
def _hear(W: World, m: int, j: int, now: float) -> None:
    """Let a person hear a story, unless they told it, started it or have heard it before."""
    telling = W.tellings[m]
    story = W.stories[telling.story]
    if j == story.origin or j == telling.heard_from or j == telling.teller:
        return
    if has_heard(W, j, telling.story):
        return
    record_hearing(W, j, telling.story)
    _count_reached(W, m)
    _update_hearer(W, m, j, now)
    _retell(W, m, j, now)


@jitted
def _count_reached(W: World, m: int) -> None:
    telling, tally = W.tellings[m], month_tally(W)
    story = W.stories[telling.story]
    story.reached += 1
    if story.reached & (story.reached - 1) == 0:
        _count_cascade_size(W, int(telling.strength > 0.0), story.reached)
    if telling.hop + 1 > story.depth:
        tally.depth += telling.hop + 1 - story.depth
        story.depth = telling.hop + 1
    if telling.strength > 0.0:
        tally.reached_good += 1.0
    else:
        tally.reached_bad += 1.0


@jitted
def _count_cascade_size(W: World, good: int, reached: int) -> None:
    """Count a story that has reached a power of two of people."""
    place = 0
    while reached > 1:
        reached >>= 1
        place += 1
    W.cascades[good, place] += 1


@jitted
def _update_hearer(W: World, m: int, j: int, now: float) -> None:
    """Update a hearer's attitudes, and the value they expect of complaining."""
    P, person, telling = W.parameters[0], W.people[j], W.tellings[m]
    story, strength = W.stories[telling.story], telling.strength
    if story.voice > 0:
        person.voice_value[story.voice - POLITE] = next_voice_value(
            person.voice_value[story.voice - POLITE],
            P.voice_social_learning,
            P.voice_reward_value,
            story.remedy,
            P.voice_effort_cost,
        )
    if person.status != CUSTOMER:
        person.opinion = opinion_after_hearing(person.opinion, P.talk_listen, strength)
        if strength > 0.0:
            person.recommender = telling.teller
        return
    person.satisfaction = satisfaction_after_hearing(
        person.satisfaction, P.talk_listen_customer, strength
    )
    compare_treatment(W, j, telling.story, now)


@jitted
def _retell(W: World, m: int, j: int, now: float) -> None:
    """Let a hearer retell the story, weaker, after a delay."""
    telling, run, P = W.tellings[m], W.run[0], W.parameters[0]
    key = story_key(run.key, streams.STORY, j, telling.key)
    if not happens(P.talk_retell, run.key, streams.RETELLS, j, key):
        return
    wait = exponential(run.key, streams.TELLING_DELAY, j, key) * P.talk_delay_minutes
    month_tally(W).retellings += 1.0
    _schedule_telling(
        W,
        telling.story,
        j,
        telling.teller,
        key,
        telling.hop + 1,
        telling.strength * P.talk_fade,
        0,
        now + on_grid(wait),
    )
