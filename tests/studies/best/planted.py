"""Models with a planted best policy, in which a run is a formula and some luck."""

import hashlib
from types import SimpleNamespace

from tests.other_model import execution_of

TEXT = """\
name: Planted
months: 1
history_months: 0
staff: none
product: none
company: {discount_rate_per_year: 0}
desk: {pools: {frontline: {agents: 2}}}
policies: {equal: {}, courteous: {everyone: {courtesy: 0.75}}}
worth: {profit_discounted: 0.05}
best:
  policy: equal
  objective: profit_discounted
  vary:
    policies.equal.everyone.courtesy: {from: 0.5, to: 1}
    policies.equal.everyone.head_start_minutes: {from: 0, to: 10}
    desk.pools.frontline.agents: {from: 1, to: 6}
"""

MADE = []


def luck(*told):
    """Return a number between -1 and 1 that is always the same for the same arguments."""
    digest = hashlib.sha256(" ".join(map(str, told)).encode()).digest()
    return int.from_bytes(digest[:4]) / 2**31 - 1


def worth_of(scenario, policy):
    """Return the expected profit: 100 at courtesy 0.8, a head start of 3, and 4 agents."""
    given = scenario.policies[policy].everyone
    courtesy = 0.7 if given.courtesy is None else given.courtesy
    head_start = given.head_start_minutes or 0.0
    agents = scenario.desk.pools["frontline"].agents
    return 100.0 - 60 * (courtesy - 0.8) ** 2 - 0.1 * (head_start - 3) ** 2 - 2.0 * abs(agents - 4)


def simulate(scenario, policy, replication):
    """Run once: luck that all share, and a little of each policy's own."""
    MADE.append((policy, replication))
    value = worth_of(scenario, policy)
    shared = 5 * luck("all", scenario.seed, replication)
    own = 0.05 * luck("own", scenario.seed, replication, policy, repr(value))
    given = scenario.policies[policy].everyone
    courtesy = 0.7 if given.courtesy is None else given.courtesy
    return {
        "profit_discounted": value + shared + own,
        "customer_equity": 0.0,
        "wait_p95": 20.0 - 10 * courtesy + luck("wait", replication),
    }


MEASURES = {
    "profit_discounted": SimpleNamespace(unit="currency"),
    "customer_equity": SimpleNamespace(unit="currency"),
    "wait_p95": SimpleNamespace(unit="minutes"),
}


def _no_more(tallies):
    return {}


MEASURING = SimpleNamespace(MEASURES=MEASURES, whole=dict, distributions=_no_more)
EXECUTION = execution_of(simulate, MEASURING)
