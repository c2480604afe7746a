"""Word of mouth: stories are told to people or posted in public, heard and retold."""

from __future__ import annotations

from typing import Any

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import on_grid
from sim.core.prefetch import prefetch
from sim.core.rng import exponential, happens, normal, story_key, uniform
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
    combined_shift,
    number_told,
    readers,
    story_shift,
    telling_chance,
)
from sim.model.laws.voice import next_voice_value
from sim.model.records import CUSTOMER, MONTH, NOBODY, POLITE
from sim.model.state import World

__all__ = ["start_story", "tell_story"]

_YEAR = 13.0 * MONTH
_MOST = 1e9  # nobody knows more people; a larger number would not be whole


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
        Whether it is posted in public; not by people who tell of nothing of its kind.
    posted_at : float
        When it is posted; possibly beyond the horizon.
    about : int
        The contact whose treatment others compare with their own; NEWCOMER_OFFER; or NOBODY.
    """
    P, run, person = W.parameters[0], W.run[0], W.people[i]
    chance = P.talk_chance_good if d > 0.0 else P.talk_chance_bad
    if d == 0.0 or chance <= 0.0:
        return
    is_told = happens(_chance_to_tell(W, i, d, now), run.key, streams.TELLS, i, index)
    is_posted = public and readers(person.audience, P.talk_exposure_share, P.talk_cap) > 0
    if not (is_told or is_posted):
        return
    y = allocate_story(W)
    story = W.stories[y]
    story.origin, story.key = i, story_key(run.key, streams.STORY, i, index)
    story.voice, story.remedy = voice, remedy
    describe_treatment(W, y, about)
    if d > 0.0:
        month_tally(W).stories_good += 1.0
        month_tally(W).strength_good += d
    else:
        month_tally(W).stories_bad += 1.0
        month_tally(W).strength_bad -= d
    if is_told:
        wait = exponential(run.key, streams.TELLING_DELAY, i, story.key) * P.talk_delay_minutes
        _schedule_telling(W, y, i, NOBODY, story.key, 0, d, 0, now + on_grid(wait))
    if is_posted:
        _schedule_telling(W, y, i, NOBODY, story.key ^ 1, 0, d, 1, posted_at)
    if story.pending_tellings == 0:
        free_story(W, y)


@jitted
def _chance_to_tell(W: World, i: int, d: float, now: float) -> float:
    """Return the probability that a person tells others of what happened to them."""
    P, person = W.parameters[0], W.people[i]
    years = max(now - person.joined_at, 0.0) / _YEAR if person.status == CUSTOMER else 0.0
    return telling_chance(
        P.talk_chance_good if d > 0.0 else P.talk_chance_bad,
        d,
        _attitude(person),
        years,
        P.talk_strength,
        P.talk_satisfaction,
        P.talk_tenure,
    )


@inlined
def _attitude(person: Any) -> float:
    """Return how well somebody thinks of us, 0 to 1: satisfaction, or opinion rescaled."""
    return person.satisfaction if person.status == CUSTOMER else 0.5 * (person.opinion + 1.0)


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
        tally.posts_good += telling.strength > 0.0
        tally.posts_bad += telling.strength < 0.0
        _reach_readers(W, m, now)
    else:
        _tell_people(W, m, now)
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
def _tell_people(W: World, m: int, now: float) -> None:
    """Tell as many people as the teller does: ties first, then acquaintances among all people."""
    P, i = W.parameters[0], W.tellings[m].teller
    count = _number_to_tell(W, m)
    ties = min(count, W.tie_starts[i + 1] - W.tie_starts[i])
    _tell_ties(W, m, ties, now)
    beyond = _rounded(W, m, (count - ties) * P.talk_acquaintances, 1)
    _tell_acquaintances(W, m, min(beyond, W.run[0].people - 1 - ties), now)


@jitted
def _number_to_tell(W: World, m: int) -> int:
    """Return how many people are told of a telling; it does not depend on its strength."""
    telling, P = W.tellings[m], W.parameters[0]
    mean = P.talk_tells_good if telling.strength > 0.0 else P.talk_tells_bad
    score = normal(W.run[0].key, streams.NUMBER_TOLD, telling.teller, telling.key)
    return _rounded(W, m, number_told(mean, P.talk_tells_sigma, score), 0)


@jitted
def _rounded(W: World, m: int, number: float, which: int) -> int:
    """Return a number rounded up or down by chance, so that its mean is kept."""
    telling = W.tellings[m]
    draw = uniform(W.run[0].key, streams.NUMBER_ROUNDED, telling.teller, telling.key + which)
    return int(min(number, _MOST) + draw)


@jitted
def _tell_ties(W: World, m: int, count: int, now: float) -> None:
    """Tell some ties: the first ones in an order that is fixed for this teller and story.

    A story that is told to more people under another policy is then told to the same and more.
    """
    telling, run = W.tellings[m], W.run[0]
    i = telling.teller
    begin, ties = W.tie_starts[i], W.tie_starts[i + 1] - W.tie_starts[i]
    for place in range(ties):
        W.neighbours[place] = W.ties[begin + place]
    for place in range(count):
        draw = uniform(run.key, streams.WHO_IS_TOLD, i, telling.key + place)
        chosen = place + int(draw * (ties - place))
        hearer = W.neighbours[chosen]
        W.neighbours[chosen] = W.neighbours[place]
        W.neighbours[place] = hearer
        _ask_for(W, m, hearer)
    for place in range(count):
        hearer = W.neighbours[place]
        W.people[hearer].told_by = telling.key
        _hear(W, m, hearer, now)


@jitted
def _tell_acquaintances(W: World, m: int, count: int, now: float) -> None:
    """Tell people drawn from all, none of them twice; those who heard before are told in vain."""
    telling, place = W.tellings[m], 0
    following = _acquaintance(W, m, place)
    while count > 0:
        place += 1
        hearer, following = following, _acquaintance(W, m, place)
        if hearer == telling.teller or W.people[hearer].told_by == telling.key:
            continue
        count -= 1
        W.people[hearer].told_by = telling.key
        _hear(W, m, hearer, now)


@inlined
def _acquaintance(W: World, m: int, place: int) -> int:
    """Draw a person from all, and ask for their record."""
    telling, run = W.tellings[m], W.run[0]
    draw = uniform(run.key, streams.ACQUAINTANCES, telling.teller, telling.key + place)
    person = int(draw * run.people)
    _ask_for(W, m, person)
    return person


@inlined
def _ask_for(W: World, m: int, j: int) -> None:
    """Ask for what a hearing reads of somebody, and what they remember of the like."""
    matter = W.stories[W.tellings[m].story].matter
    prefetch(W.people[j])
    if matter != NOBODY and W.memories.shape[0] > 0:
        prefetch(W.memories[j, matter])


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
    """Update a hearer's next decision, trust, and the value they expect of complaining."""
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
    _shift_decision(W, j, strength)
    if person.status == CUSTOMER:
        compare_treatment(W, j, telling.story, now)
    elif strength > 0.0:
        person.recommender = telling.teller


@jitted
def _shift_decision(W: World, j: int, strength: float) -> None:
    """Let a story count in the hearer's next decision to ask, to join or to stay."""
    P, person = W.parameters[0], W.people[j]
    attitude, customer = _attitude(person), person.status == CUSTOMER
    if strength > 0.0:
        published = P.talk_shift_good_customer if customer else P.talk_shift_good
        shift = story_shift(
            published, strength, P.talk_typical_good, 1.0 - attitude, P.talk_conviction
        )
        person.heard_good = combined_shift(person.heard_good, shift)
    else:
        published = P.talk_shift_bad_customer if customer else P.talk_shift_bad
        shift = story_shift(published, strength, P.talk_typical_bad, attitude, P.talk_conviction)
        person.heard_bad = combined_shift(person.heard_bad, shift)


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
