"""Delays until somebody calls again or complains: plain open minutes, however busy the hour is."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from sim.engine.simulate import simulate_observed
from sim.model.records import DAY
from tests.small_worlds import scenario

DELAY = 60.0
# Mornings are ten times as busy as afternoons; the desk is open from 8 to 20 every day.
WEEK_OF_MORNINGS = ([0] * 8 + [10] * 4 + [1] * 8 + [0] * 4) * 7
ALWAYS, NEVER = {"base": 1000.0, "slope": 0.0}, {"base": -1000.0, "slope": 0.0}
OFF = dict.fromkeys(("talk", "recovery", "fairness", "churn", "growth", "adoption"), "none")
MUTE = {"polite": NEVER, "angry": NEVER, "public": NEVER, "exit": NEVER}
RETRY = {"retry": 1, "retry_limit": 1, "retry_delay_minutes": DELAY, "callback": 0}
CALLBACK = {"retry": 0, "callback": 1, "callback_delay_minutes": DELAY}

# What people do after a first contact: none is answered, or none resolved.
KINDS = {
    "retry": {
        "people": {"patience_minutes": {"mean": 0, "cv": 0}},
        "needs": [{"name": "call", "share": 1, "minutes": 600, "resolved": 1}],
        "behaviour": OFF | {"voice": "none", "contact": RETRY},
    },
    "callback": {
        "needs": [{"name": "call", "share": 1, "minutes": 0, "resolved": 0}],
        "behaviour": OFF | {"voice": "none", "contact": CALLBACK},
    },
    "complaint": {
        "needs": [{"name": "call", "share": 1, "minutes": 0, "resolved": 0}],
        "behaviour": OFF
        | {"contact": "none", "voice": MUTE | {"polite": ALWAYS, "delay_minutes": DELAY}},
    },
}


class Delays:
    """Notes the minutes from the end of each first contact to the person's next, by hour."""

    def __init__(self):
        self.by_hour = defaultdict(list)
        self._ended = {}

    def on_event(self, name, event, world, *arguments):
        person = None
        if name in ("leave_unserved", "finish_service", "contact_arrives"):
            contact = world.contacts[arguments[0]]
            person = int(contact["person"])
            first = int(contact["attempt"]) == 0 and int(contact["complaint_level"]) == 0
        if name == "contact_arrives" and person in self._ended:
            ended = self._ended.pop(person)
            self.by_hour[int(ended % DAY // 60)].append(arguments[-1] - ended)
        elif person is not None and first:
            self._ended[person] = arguments[-1]
        return event(world, *arguments)


def delays(given):
    """Return the delays by the hour in which they began."""
    usual = {
        "count": 4000,
        "customers": 4000,
        "contacts_per_month": {"mean": 0.3, "cv": 0},
        "demanding_share": {"mean": 0, "cv": 0},
        "difficulty": {"cv": 0},
    }
    people = usual | given.get("people", {})
    desk = {"opening": WEEK_OF_MORNINGS, "pools": {"phone": {"agents": 1}}}
    world = scenario(
        **(given | {"people": people}),
        months=2,
        network={"kind": "none"},
        staff="none",
        product="none",
        desk=desk,
    )
    observer = Delays()
    simulate_observed(world, "equal", 0, observer)
    return observer.by_hour


@pytest.mark.statistical
@pytest.mark.parametrize("kind", KINDS)
def test_as_many_are_back_in_time_at_any_hour(kind):
    by_hour = delays(KINDS[kind])  # seconds of work, so all is asked of it where it is made
    for hours in ((8, 9), (9, 11), (12, 15), (15, 18)):
        found = [delay for hour in range(*hours) for delay in by_hour[hour]]
        assert len(found) > 50
        for within in (20.0, 60.0, 115.0):
            expected = 1.0 - math.exp(-within / DELAY)
            error = math.sqrt(expected * (1.0 - expected) / len(found))
            back = sum(delay < within for delay in found) / len(found)
            assert back == pytest.approx(expected, abs=4 * error), (hours, within)
