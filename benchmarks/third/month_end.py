"""The end of a month: bills, drift, churn, product. Sections "Time" and "Churn" of the page."""

from __future__ import annotations

from math import exp, log

from benchmarks.third import decisions, fairness, staff
from benchmarks.third.hours import MONTH
from benchmarks.third.people import CUSTOMER, LAPSED, Person
from benchmarks.third.state import State

__all__ = [
    "attraction",
    "close_month",
    "end_history",
    "join",
    "leave",
    "leave_at_once",
    "observe_spend",
    "rank_customers",
    "review_tiers",
]

_YEAR = 13 * MONTH


def observe_spend(c: State, person: Person) -> None:
    """Let the company see a month's spend, with noise of mean 1."""
    cv = c.keys["people.spend.noise_cv"]
    noise = c.rng.gamma(cv**-2, cv**2) if cv > 0 else 1.0
    person.billed = person.potential * person.wallet * noise * c.keys["people.spend.factor"]


def rank_customers(c: State) -> None:
    """Rank customers by the spend that was seen last, from 0 to 1."""
    ordered = sorted(c.all_customers(), key=lambda person: person.billed)
    for place, person in enumerate(ordered):
        person.rank = place / (len(ordered) - 1) if len(ordered) > 1 else 0.5


def end_history(c: State) -> None:
    """Let month 1 begin: seats are filled, and spend is in balance with minds."""
    staff.fill_seats(c)
    customers = c.all_customers()
    held = sum(p.potential * p.wallet for p in customers)
    due = sum(p.potential * p.satisfaction * p.trust for p in customers)
    for person in c.people if due > 0 else []:
        person.potential *= held / due
        person.wallet *= due / held


def close_month(c: State) -> None:
    """Do what the page lists for a month's end, in its order."""
    for person in c.people:
        if person.is_customer():
            _close_customer(c, person)
        else:
            talks = c.keys.on("behaviour.talk")
            kept = 1 - c.keys["behaviour.talk.forget_per_month"] if talks else 1.0
            person.opinion *= kept
            person.good *= kept
            person.bad *= kept
            if person.at_rival:
                gap = c.keys["market.rival.quality"] - person.expectation
                person.expectation += c.keys["market.rival.adapt_per_month"] * gap
    staff.close_month(c)
    _improve_product(c)
    rank_customers(c)
    _count_people(c)


def review_tiers(c: State) -> None:
    """Cut the tiers anew; who is given more than before is pleased."""
    customers = c.all_customers()
    c.policy.review(customers)
    for person in customers:
        fairness.please(c, person)


def join(c: State, person: Person) -> None:
    """Make somebody a customer, but not in the history."""
    if c.in_history():
        return
    c.count("joined")
    c.count("joined_from_rival", person.at_rival)
    c.count("acquisition", c.keys["company.acquisition_cost"])
    person.status, person.at_rival, person.since = CUSTOMER, False, c.env.now
    c.customers += 1
    start = c.keys["behaviour.satisfaction.baseline"] + person.opinion / 10
    person.satisfaction = person.trust = min(max(start, 0.0), 1.0)
    person.wallet = c.keys["behaviour.growth.joiner_share"]
    person.billed = person.potential * person.wallet * c.keys["people.spend.factor"]
    person.rank, person.tier = 0.5, len(c.policy.tiers) - 1
    person.privilege = c.policy.tiers[-1]["privilege"]


def leave_at_once(c: State, person: Person, reason: str) -> None:
    """Leave within the month, with a last bill; not in the history."""
    if not c.in_history():
        _bill(c, person)
        leave(c, person, reason)


def leave(c: State, person: Person, reason: str) -> None:
    """Stop being a customer; whoever leaves for a reason of ours may go to the rival."""
    c.count("left")
    c.count(f"left_{reason}")
    c.customers -= 1
    person.status, person.wallet, person.tier = LAPSED, 0.0, len(c.policy.tiers) - 1
    if reason != "natural":
        person.opinion = 2 * person.satisfaction - 1
        if c.keys["market.rival.share"] > 0 and c.chance(c.keys["market.rival.leavers_share"]):
            person.at_rival = True
            c.count("left_to_rival")
    for ticket in list(person.waiting):
        c.desk.withdraw(ticket)


def attraction(c: State, better: float, ratio: float) -> float:
    """Return how much somewhere else attracts: quality against quality, price against price."""
    rival = "market.rival."
    sensitivity = c.keys[rival + "price_sensitivity"]
    return exp(c.keys[rival + "comparison"] * better - sensitivity * log(ratio))


def _close_customer(c: State, person: Person) -> None:
    _bill(c, person)
    behaviour = c.keys
    s = person.satisfaction
    s += behaviour["behaviour.satisfaction.drift_per_month"] * (
        behaviour["behaviour.satisfaction.baseline"] - s
    )
    person.satisfaction = s
    person.trust += behaviour["behaviour.satisfaction.trust_rate"] * (s - person.trust)
    if c.in_history():
        decisions.use_up(person)  # all stay
        return
    goal = s * person.trust
    person.wallet += behaviour["behaviour.growth.rate"] * (goal - person.wallet)
    natural = c.keys["behaviour.churn.natural_per_month"]
    hazard = decisions.hazard_after_stories(c, person, unhappy_hazard(c, person))
    decisions.use_up(person)
    luck = c.rng.random()
    if luck < 1 - exp(-natural):
        leave(c, person, "natural")
    elif luck < 1 - exp(-natural - hazard):
        leave(c, person, "dissatisfied")


def unhappy_hazard(c: State, person: Person) -> float:
    """Return the hazard of leaving dissatisfied, a month."""
    churn = "behaviour.churn."
    years = (c.env.now - person.since) / _YEAR
    lately = c.env.now - person.complained <= 3 * MONTH
    hazard = c.keys[churn + "base_per_month"] * exp(
        -c.keys[churn + "satisfaction"] * (person.satisfaction - 0.5)
        - c.keys[churn + "trust"] * (person.trust - 0.5)
        - c.keys[churn + "tenure"] * log(1 + years)
        + c.keys[churn + "complained"] * lately
        - c.keys[churn + "lock_in"]
    )
    if c.keys["market.rival.share"] <= 0:
        return float(hazard)
    ratio = c.keys["market.rival.price"] / c.policy.terms(person)["price"]
    better = c.keys["market.rival.quality"] - person.expectation
    return float(hazard * attraction(c, better, ratio))


def _bill(c: State, person: Person) -> None:
    """Bill the part of the month in which they were a customer."""
    observe_spend(c, person)
    begins = max(person.since, c.month * MONTH)
    part = max(c.env.now - begins, 0.0) / MONTH
    c.count("revenue", person.billed * part * c.policy.terms(person)["price"])
    c.count("serving", c.keys["company.serve_cost_per_month"] * part)


def _improve_product(c: State) -> None:
    floor, scale = c.keys["product.fault_floor"], c.keys["product.lesson_scale"]
    lessons = 1000 * c.lessons / max(c.customers, 1)
    c.fault_rate = min(c.fault_rate, floor + (1 - floor) * exp(-lessons / scale))


def _count_people(c: State) -> None:
    """Count who is what, and what they think, at a month's end."""
    if c.in_history():
        return
    c.tally["reported_months"] += 1
    c.last = {"customers": 0, "prospects": 0, "lapsed": 0, "at_rival": 0}
    for person in c.people:
        if person.is_customer():
            c.last["customers"] += 1
            c.count("satisfaction", person.satisfaction)
            c.count("expectation", person.expectation)
            c.count("trust", person.trust)
            for voice, value in person.value.items():
                c.count(f"value_{voice}", value)
        else:
            status = "at_rival" if person.at_rival else person.status
            c.last["prospects" if status == "prospect" else status] += 1
            c.count("opinion", person.opinion)
            c.count("opinions")
    c.last["fault_rate"] = c.fault_rate
    c.last["agents_present"] = sum(len(pool.agents()) for pool in c.desk.pools.values())
    c.count("customer_months", c.last["customers"])
