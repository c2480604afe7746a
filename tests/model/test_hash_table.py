"""A table of hearings holds all that are live, each where it is looked for, and nothing else."""

import numpy as np

from sim.model.hash_table import bucket_of, build_hearing_table
from sim.model.records import HEARING, NOBODY


def stored(live, free):
    """Return hearings of which the live ones are of (person, story), the free ones in a chain."""
    hearings = np.zeros(len(live) + len(free), HEARING)
    for h, (person, story) in live.items():
        hearings[h]["person"], hearings[h]["story"] = person, story
    for h, after in zip(free, [*free, len(hearings)][1:], strict=True):
        hearings[h]["next_of_story"] = after - (h + 1)
    return hearings


def at(heard, hearings, place):
    found, h = [], heard[place]
    while h != NOBODY:
        found.append(int(h))
        h = hearings[h]["next_in_bucket"]
    return found


def test_every_live_hearing_is_at_its_place():
    # Many people of one story, many stories of one person: neighbours must not crowd.
    pairs = [(i, 7) for i in range(500)] + [(3, y) for y in range(8, 508)]
    order = np.argsort(np.sin(np.arange(1500)), kind="stable").tolist()
    live, free = dict(zip(order[:1000], pairs, strict=True)), order[1000:]
    hearings = stored(live, free)
    heard = build_hearing_table(hearings, free[0])
    assert len(heard) == 2048
    chains = [at(heard, hearings, place) for place in range(2048)]
    assert sorted(h for one in chains for h in one) == sorted(live)
    for h, (person, story) in live.items():
        assert h in chains[bucket_of(person, story, 2048)]
    assert max(map(len, chains)) <= 8


def test_all_free():
    hearings = stored({}, [2, 0, 1])
    assert build_hearing_table(hearings, 2).tolist() == [NOBODY] * 4


def test_none_free():
    hearings = stored({0: (5, 5)}, [])
    assert build_hearing_table(hearings, 1).tolist() == [0]
