"""The rules that hold across the sections of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from sim.errors import nearest
from sim.measures.definitions import DECILES, GROUP_MEASURES, MEASURES
from sim.measures.expressions import Claim, Term
from sim.measures.measure import answer_limit
from sim.measures.policy_names import read_policy_name
from sim.scenario.schema.favours import favours_of
from sim.scenario.schema.fields import Violation
from sim.scenario.schema.hypotheses import Hypothesis
from sim.scenario.schema.needs_and_desk import RESERVED_KINDS, Desk, Need
from sim.scenario.schema.policies import FAVOURS, Policy
from sim.scenario.schema.sections import Sections
from sim.scenario.schema.skill_checks import route_violations, skill_violations
from sim.scenario.schema.what_changes import clashes
from sim.scenario.shipped import argument

__all__ = ["CHECKS", "server_of_each_kind", "spared_agents"]


def _need_violations(sections: Sections) -> Iterator[Violation]:
    """Yield no needs, names used twice, and shares that do not sum to 1."""
    names = [need.name for need in sections.needs]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Violation(("needs", i, "name"), "is the name of an earlier need")
    if not names:
        yield Violation(("needs",), "must list at least one need")
        return
    total = sum(need.share for need in sections.needs)
    if abs(total - 1) > 1e-6:
        yield Violation(("needs",), f"shares must sum to 1; these sum to {total:.9g}")


def _degree_violations(sections: Sections) -> Iterator[Violation]:
    """Yield ties that there are not enough people for."""
    for violation in sections.network.crowded(sections.people.count or 0):
        yield Violation(("network", *violation.path), violation.rule)
    if sections.network.kind in ("none", "file"):
        for pair in sections.people.pairs():
            if "ties" in pair:
                rule = f"cannot be, as network.kind: {sections.network.kind} says who is tied"
                yield Violation(("people", "correlations", "~".join(pair)), rule)


def _favour_violations(sections: Sections) -> Iterator[Violation]:
    """Yield favours that a policy is to do without and gives nobody more of than others."""
    for name, policy in sections.policies.items():
        given = favours_of(policy)
        for i, favour in enumerate(policy.without):
            if favour in FAVOURS and favour not in given:
                there = f"it gives {', '.join(given)}" if given else "it gives nobody any favour"
                rule = f"`{favour}` is nothing that some get more of than others; {there}"
                yield Violation(("policies", name, "without", i), rule)


def _kinds(needs: Iterable[Need]) -> list[str]:
    return [*(need.name for need in needs), *RESERVED_KINDS]


def _servers(needs: Iterable[Need], desk: Desk) -> dict[str, list[str]]:
    """Return the pools that serve each kind, those without `serves` taking the rest."""
    kinds = _kinds(needs)
    named: dict[str, list[str]] = {
        kind: [name for name, pool in desk.pools.items() if kind in (pool.serves or ())]
        for kind in kinds
    }
    rest = [name for name, pool in desk.pools.items() if pool.serves is None]
    return {kind: pools or rest for kind, pools in named.items()}


def server_of_each_kind(needs: Iterable[Need], desk: Desk) -> dict[str, str]:
    """Return the one pool that serves each kind of contact; the desk must have passed checks."""
    return {kind: pools[0] for kind, pools in _servers(needs, desk).items()}


def _serving_violations(sections: Sections) -> Iterator[Violation]:
    """Yield kinds that no pool serves, or two, and kinds that are not there."""
    kinds = _kinds(sections.needs)
    for name, pool in sections.desk.pools.items():
        for i, kind in enumerate(pool.serves or ()):
            if kind not in kinds:
                path = ("desk", "pools", name, "serves", i)
                yield Violation(
                    path,
                    "is not a need of the scenario, enquiry or complaint",
                    nearest(kind, kinds),
                )
    rest = [name for name, pool in sections.desk.pools.items() if pool.serves is None]
    if len(rest) > 1:
        rule = f"only one pool may go without `serves`; {rest[0]} does already"
        yield from (Violation(("desk", "pools", name), rule) for name in rest[1:])
    for kind, pools in _servers(sections.needs, sections.desk).items():
        yield from _kind_violations(kind, pools, rest)


def _hand_on_violations(sections: Sections) -> Iterator[Violation]:
    """Yield kinds handed on that are not there, and a second line for no kind at all."""
    kinds = _kinds(sections.needs)
    for name, pool in sections.desk.pools.items():
        path = ("desk", "pools", name, "hands_on_to", "needs")
        if pool.hands_on_to is None or pool.hands_on_to.needs is None:
            continue
        if not pool.hands_on_to.needs:
            yield Violation(path, "must name a need, or be left out for all")
        for i, kind in enumerate(pool.hands_on_to.needs):
            if kind not in kinds:
                rule = "is not a need of the scenario, enquiry or complaint"
                yield Violation((*path, i), rule, nearest(kind, kinds))


def _kind_violations(kind: str, pools: list[str], rest: list[str]) -> Iterator[Violation]:
    if not pools:
        yield Violation(("desk", "pools"), f"no pool serves `{kind}`; add it to a pool's `serves`")
    if len(pools) > 1 and pools != rest:
        rule = f"`{kind}` is served by {pools[0]} already; each kind has one pool"
        yield from (Violation(("desk", "pools", name, "serves"), rule) for name in pools[1:])


def _skill_violations(sections: Sections) -> Iterator[Violation]:
    """Yield skills in what is not there, and kinds that nobody can do."""
    return skill_violations(sections.desk, _servers(sections.needs, sections.desk))


def _routed_skill_violations(sections: Sections) -> Iterator[Violation]:
    """Yield pools to which a policy sends only what nobody there can do."""
    desk, needs = sections.desk, [need.name for need in sections.needs]
    for name, policy in sections.policies.items():
        own = {
            pool: desk.pools[donor].model_copy(
                update={"helps": (donor,) if policy.pools[pool].helps else ()}
            )
            for pool, donor, _ in spared_agents(desk, policy)
        }
        for path, rule in route_violations({**desk.pools, **own}, policy, needs):
            yield Violation(("policies", name, *path), rule)


def _policy_violations(sections: Sections) -> Iterator[Violation]:
    """Yield a scenario without policies."""
    if not sections.policies:
        yield Violation(("policies",), "must have at least one policy")


def _control_violations(sections: Sections) -> Iterator[Violation]:
    """Yield policies with the name of a control that they are not."""
    for name, policy in sections.policies.items():
        told = read_policy_name(name)
        if told.is_control and (policy.placebo, set(policy.without)) != (
            told.placebo,
            set(told.without),
        ):
            rule = "is the name of a control; leave out its keys placebo and without"
            yield Violation(("policies", name), rule)


def _trial_violations(sections: Sections) -> Iterator[Violation]:
    """Yield trials of policies that nobody can be kept out of, and controls that cannot be one."""
    if isinstance(sections.history_policy, Policy) and sections.history_policy.trial is not None:
        yield Violation(("history_policy", "trial"), "must be left out: trials begin in month 1")
    for name, policy in sections.policies.items():
        if policy.trial is None:
            continue
        if policy.python is not None:
            rule = "must be left out: a policy in Python decides about everybody"
            yield Violation(("policies", name, "trial"), rule)
        control = policy.trial.control
        path = ("policies", name, "trial", "control")
        if control not in sections.policies:
            rule = "is not a policy of the scenario"
            yield Violation(path, rule, nearest(control, sections.policies))
        elif control == name:
            yield Violation(path, "must be another policy")
        else:
            for rule in _why_no_control(sections.policies[control]):
                yield Violation(path, f"cannot be a control: it {rule}")


def _why_no_control(policy: Policy) -> Iterator[str]:
    """Yield what a policy does that cannot be done for some people only."""
    if policy.python is not None:
        yield "is written in Python"
    if policy.trial is not None:
        yield "has a trial of its own"
    if policy.pools:
        yield "forms pools of agents, who cannot sit in two places"
    if policy.secrecy != "none":
        yield "discloses tiers to everybody, or keeps them secret"
    if policy.placebo != "none" or policy.without:
        yield "is a control of another kind"
    if policy.mend.share or policy.mend.cost_per_month:
        yield "removes product faults, for everybody"


def _all_policies(sections: Sections) -> Iterator[tuple[tuple[str, ...], Policy]]:
    """Yield the path and the terms of every policy, that of the history among them."""
    yield from ((("policies", name), policy) for name, policy in sections.policies.items())
    if isinstance(sections.history_policy, Policy):
        yield ("history_policy",), sections.history_policy


def _route_violations(sections: Sections) -> Iterator[Violation]:
    """Yield pools named by policies that the desk does not have."""
    for name, policy in _all_policies(sections):
        pools = {**sections.desk.pools, **policy.pools}
        for path, pool in policy.routes():
            if pool not in pools:
                hint = nearest(pool, pools)
                yield Violation((*name, *path), "is not a pool of desk.pools", hint)


def _staffing_violations(sections: Sections) -> Iterator[Violation]:
    """Yield pools of policies for which the desk's largest pool cannot spare the agents."""
    for policy, body in _all_policies(sections):
        for pool, donor, spare in spared_agents(sections.desk, body):
            if body.pools[pool].agents > max(spare, 1):
                rule = f"must be at most {spare}: that many can desk.pools.{donor} spare"
                path = (*policy, "pools", pool, "agents")
                yield Violation(path, f"{rule}, and keep one")


def spared_agents(desk: Desk, policy: Policy) -> Iterator[tuple[str, str, int]]:
    """Yield the pools that a policy forms, the desk's pool that gives its agents, and the most.

    They come from the largest shift of the largest pool, which keeps one at least.
    """
    groups = _groups_of_agents(desk)
    for name, wanted in policy.pools.items():
        if name in desk.pools:
            continue
        donor = max(groups, key=lambda pool: sum(groups[pool]))
        agents = groups[donor]
        spare = max(min(sum(agents) - 1, max(agents)), 0)
        yield name, donor, spare
        agents[agents.index(max(agents))] -= min(wanted.agents, spare)


def _groups_of_agents(desk: Desk) -> dict[str, list[int]]:
    """Return the agents of each shift of each pool; a pool without shifts is one."""
    return {
        name: [shift.agents for shift in pool.shifts] or [pool.agents]
        for name, pool in desk.pools.items()
    }


def _history_violations(sections: Sections) -> Iterator[Violation]:
    """Yield a policy of the history that is neither the scenario's nor written out."""
    name = sections.history_policy
    if isinstance(name, str) and name not in sections.policies:
        rule = "must name a policy of the scenario or of the library"
        yield Violation(("history_policy",), rule, nearest(name, sections.policies))


def _best_violations(sections: Sections) -> Iterator[Violation]:
    """Yield a policy to start the search from that the scenario does not have."""
    best = sections.best
    if best is not None and best.policy not in sections.policies:
        hint = nearest(best.policy, sections.policies)
        rule = "must be a policy of this scenario; one of the library is added as `NAME: {}`"
        yield Violation(("best", "policy"), rule, hint)


def _change_violations(sections: Sections) -> Iterator[Violation]:
    """Yield paths that two entries set from the same month on."""
    for violation in clashes(sections.changes):
        yield Violation(("changes", *violation.path), violation.rule)


def _hypothesis_violations(sections: Sections) -> Iterator[Violation]:
    """Yield names used twice, and claims that cannot be read or name what is not there."""
    names = [hypothesis.name for hypothesis in sections.hypotheses]
    for i, hypothesis in enumerate(sections.hypotheses):
        if hypothesis.name in names[:i]:
            yield Violation(("hypotheses", i, "name"), "is the name of an earlier hypothesis")
        for rule, hint in _claim_violations(hypothesis, sections):
            yield Violation(("hypotheses", i, "claim"), rule, hint)
        for j, number in enumerate(hypothesis.argument):
            if number not in argument():
                first, *_, last = argument()
                yield Violation(
                    ("hypotheses", i, "argument", j), f"must be one of {first} to {last}"
                )


def _claim_violations(hypothesis: Hypothesis, sections: Sections) -> Iterator[tuple[str, str]]:
    """Yield rule and suggestion for each fault of a claim."""
    try:
        claim = hypothesis.read()
    except ValueError as error:
        yield str(error), ""
        return
    for term in claim.terms():
        yield from _term_violations(term, sections)
    yield from _selection_violations(claim)


def _selection_violations(claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield a comparison of the members of a tier with everybody: they differ by how one is chosen.

    Whom a policy puts into a tier is no accident, so they differ from others whatever it does.
    """
    terms = claim.terms()
    chosen = [term for term in terms if term.sort == "tier"]
    whole = {(term.measure, term.policy) for term in terms if not term.sort}
    for term in chosen:
        if any(measure == term.measure for measure, _ in whole):
            rule = f"compares tier {term.group} of {term.policy}, a selected group, with everybody"
            cohort = f"tier {term.group} of {term.policy}"
            yield f"{rule}; write `{cohort}` on both sides, which names the same persons", ""
            return


def _term_violations(term: Term, sections: Sections) -> Iterator[tuple[str, str]]:
    """Yield rule and suggestion for each name of a term that is not there."""
    if term.measure not in MEASURES:
        hint = nearest(term.measure, MEASURES)
        yield f"names an unknown measure, `{term.measure}`; see sim measures", hint
    elif answer_limit(term.measure) not in (None, *sections.desk.answer_within_seconds):
        limit = answer_limit(term.measure)
        yield f"`{term.measure}` is not counted: add {limit} to desk.answer_within_seconds", ""
    elif term.sort and term.measure not in GROUP_MEASURES[term.sort]:
        known = ", ".join(GROUP_MEASURES[term.sort])
        yield f"`{term.measure}` is not counted by {term.sort}; there are {known}", ""
    policy = sections.policies.get(term.policy)
    cohort = term.cohort()
    if cohort is not None:
        yield from _cohort_violations(*cohort, sections)
    if policy is None:
        hint = nearest(term.policy, sections.policies)
        yield f"names a policy that the scenario does not run, `{term.policy}`", hint
    elif term.sort and cohort is None:
        known_groups = _groups(term.sort, policy, sections)
        if term.group not in known_groups:
            rule = f"names an unknown {term.sort}, `{term.group}`; there are "
            yield rule + ", ".join(known_groups), nearest(term.group, known_groups)


def _cohort_violations(tier: str, policy: str, sections: Sections) -> Iterator[tuple[str, str]]:
    """Yield a cohort of a policy or of a tier that is not there."""
    body = sections.policies.get(policy)
    if body is None:
        hint = nearest(policy, sections.policies)
        yield f"names a policy that the scenario does not run, `{policy}`", hint
    elif body.python is not None:
        yield f"cannot follow tiers of `{policy}`, which Python cuts", ""
    elif tier not in body.tier_names():
        known = ", ".join(body.tier_names())
        yield f"names an unknown tier of {policy}, `{tier}`; there are {known}", ""


def _groups(sort: str, policy: Policy, sections: Sections) -> list[str]:
    first = [next(iter(sections.policies.values()))] if sections.switch_month else []
    tiers = [name for each in (policy, *first) for name in each.tier_names()]
    groups: Mapping[str, list[str]] = {
        "tier": list(dict.fromkeys(tiers)),
        "decile": [str(decile) for decile in range(1, DECILES + 1)],
        "pool": list(dict.fromkeys([*sections.desk.pools, *policy.pools])),
        "need": [*(need.name for need in sections.needs), *RESERVED_KINDS],
    }
    return groups[sort]


Check = Callable[[Sections], Iterable[Violation]]

CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("needs",), _need_violations),
    (("people", "network"), _degree_violations),
    (("needs", "desk"), _serving_violations),
    (("needs", "desk"), _hand_on_violations),
    (("policies",), _policy_violations),
    (("policies",), _control_violations),
    (("policies",), _favour_violations),
    (("policies", "history_policy"), _trial_violations),
    (("desk", "policies"), _route_violations),
    (("desk", "policies"), _staffing_violations),
    (("policies", "history_policy"), _history_violations),
    (("policies", "best"), _best_violations),
    (("changes",), _change_violations),
    (("needs", "desk"), _skill_violations),
    (("needs", "desk", "policies"), _routed_skill_violations),
    (("needs", "desk", "policies", "hypotheses"), _hypothesis_violations),
)
"""Each rule with the sections that it reads, so that a fault elsewhere does not hide it."""
