"""A desk with breaks, and classes of which one has a head start, with no part of the engine."""

import heapq
from dataclasses import dataclass, replace

import numpy as np

from tests.studies.calibrate.queue_oracle import MONDAY
from tests.studies.calibrate.test_fitting import made_log

ARRIVES, ENDS, RESTS, RETURNS = range(4)


@dataclass(frozen=True)
class Kind:
    """A class: its share of contacts, head start, handling and patience in minutes."""

    share: float = 1.0
    head_start: float = 0.0
    handling: float = 4.0
    patience: float = 6.0


def desk_log(seed, days, per_hour, agents, kinds=None, rest=None, hours=(8, 18), lapses=0.0):
    """Draw a log: Poisson arrivals, exponential handling and patience.

    `rest` is the share of time on break and how long one is: each stretch of the shift in which one
    break makes that share has one, due at a random time. A break that falls due during a service
    begins after it. All are served after closing. `lapses` is how often an agent takes the oldest
    of a class drawn at random, and not who is next.
    """
    chance, kinds = np.random.default_rng(seed), kinds or {"": Kind()}
    rows = []
    for day in range(days):
        if day % 7 < 5:
            rows += _Day(chance, day, per_hour, agents, kinds, rest, hours, lapses).rows()
    at, wait, service, served, kind, agent = (np.array(one) for one in zip(*rows, strict=True))
    order = np.argsort(at, kind="stable")
    arrival = MONDAY.astype("datetime64[us]") + (at * 6e7).astype("timedelta64[us]")
    log = made_log(arrival, MONDAY + np.arange(days), wait, service, served)
    return replace(log, group=kind[order].astype(str), agent=agent[order].astype(str))


def joined(*desks):
    """Return the log of desks that have nothing to do with each other; agents keep their desk."""
    order = np.argsort(np.concatenate([log.arrival for log in desks]), kind="stable")

    def of(name):
        return np.concatenate([getattr(log, name) for log in desks])[order]

    agent = np.concatenate(
        [
            np.where(log.served, np.char.add(log.agent, f" of {number}"), "")
            for number, log in enumerate(desks)
        ]
    )
    log = made_log(of("arrival"), desks[0].days, of("wait"), of("service"), of("served"))
    return replace(log, group=of("group"), agent=agent[order])


class _Day:
    def __init__(self, chance, day, per_hour, agents, kinds, rest, hours, lapses):
        self.lapses = lapses
        self.chance, self.kinds, self.rest, self.day = chance, kinds, rest, day
        first, last = (60.0 * hour for hour in hours)
        names, shares = list(kinds), [one.share for one in kinds.values()]
        count = chance.poisson(per_hour * (last - first) / 60.0)
        self.at = np.sort(chance.uniform(first, last, count))
        self.kind = [names[one] for one in chance.choice(len(names), count, p=shares)]
        self.limit = [
            at + chance.exponential(kinds[kind].patience)
            for at, kind in zip(self.at, self.kind, strict=True)
        ]
        self.idle, self.queue, self.out = list(range(agents)), [], []
        self.began, self.stretch = first, [0] * agents
        self.due = [self.next_due(agent) for agent in range(agents)]
        self.events = [(at, ARRIVES, number) for number, at in enumerate(self.at)]
        self.events += [(due, RESTS, agent) for agent, due in enumerate(self.due)]
        heapq.heapify(self.events)

    def next_due(self, agent):
        if self.rest is None:
            return np.inf
        share, minutes = self.rest
        begins = self.began + self.stretch[agent] * minutes / share
        self.stretch[agent] += 1
        return begins + self.chance.uniform(0.0, minutes / share - minutes)

    def rows(self):
        waiting = len(self.at)
        while self.events and (waiting or self.queue):
            now, what, who = heapq.heappop(self.events)
            if what == ARRIVES:
                waiting -= 1
                self.queue.append(who)
                if self.idle:
                    self.take(self.idle.pop(0), now)
            elif what == RESTS:
                if who in self.idle:
                    self.idle.remove(who)
                    self.begin_rest(who, now)
            elif what == RETURNS:
                self.due[who] = max(self.next_due(who), now)
                heapq.heappush(self.events, (self.due[who], RESTS, who))
                self.take(who, now)
            elif self.due[who] <= now:
                self.begin_rest(who, now)
            else:
                self.take(who, now)
        return self.out

    def begin_rest(self, agent, now):
        heapq.heappush(self.events, (now + self.rest[1], RETURNS, agent))

    def take(self, agent, now):
        for one in [one for one in self.queue if self.limit[one] <= now]:
            self.queue.remove(one)
            self.note(one, self.limit[one] - self.at[one], 0.0, False, "")
        if not self.queue:
            self.idle.append(agent)
            return
        one = self.following()
        self.queue.remove(one)
        service = self.chance.exponential(self.kinds[self.kind[one]].handling)
        self.note(one, now - self.at[one], service, True, f"agent {agent}")
        heapq.heappush(self.events, (now + service, ENDS, agent))

    def following(self):
        waiting = sorted({self.kind[one] for one in self.queue})
        if self.lapses and self.chance.uniform() < self.lapses:
            kind = waiting[self.chance.integers(len(waiting))]
            return min(one for one in self.queue if self.kind[one] == kind)
        return min(self.queue, key=lambda one: self.at[one] - self.kinds[self.kind[one]].head_start)

    def note(self, one, wait, service, served, agent):
        at = 1440.0 * self.day + self.at[one]
        self.out.append((at, wait, service, served, self.kind[one], agent))
