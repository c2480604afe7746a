"""The rules about skills: kinds that there are, and somebody who can do each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sim.errors import nearest
from sim.scenario.schema.fields import Violation
from sim.scenario.schema.needs_and_desk import RESERVED_KINDS, Desk, Pool
from sim.scenario.schema.policies import Policy

__all__ = ["route_violations", "skill_violations"]

Pools = Mapping[str, Pool]


def skill_violations(desk: Desk, servers: Mapping[str, Sequence[str]]) -> Iterator[Violation]:
    """Yield skills in kinds that are not there, and kinds that nobody can do.

    Parameters
    ----------
    desk : Desk
    servers : mapping of str to sequence of str
        The pools that serve each kind of contact; exactly one where the desk is sound.
    """
    for name, pool in desk.pools.items():
        for kind in pool.skills:
            if kind not in servers:
                path = ("desk", "pools", name, "skills", kind)
                rule = "is not a need of the scenario, enquiry or complaint"
                yield Violation(path, rule, nearest(kind, servers))
    yield from _left_to_nobody(desk, servers)
    for name, pool in desk.pools.items():
        way = pool.hands_on_to
        if way is not None and way.pool in desk.pools:
            kinds = way.needs or tuple(servers)
            if not any(_reaches(desk.pools, way.pool, kind) for kind in kinds):
                rule = f"is a pool where nobody can do {' or '.join(kinds)}"
                yield Violation(("desk", "pools", name, "hands_on_to", "pool"), rule)


def _left_to_nobody(desk: Desk, servers: Mapping[str, Sequence[str]]) -> Iterator[Violation]:
    for name in desk.pools:
        theirs = [kind for kind, pools in servers.items() if list(pools) == [name]]
        left = [kind for kind in theirs if not _can_end(desk.pools, name, kind)]
        if left:
            rule = (
                f"leaves {', '.join(left)} to nobody: neither its agents, nor those who help it, "
            )
            yield Violation(
                ("desk", "pools", name, "skills"), f"{rule}nor those it overflows to can do it"
            )


def route_violations(
    pools: Pools, policy: Policy, needs: Sequence[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield path and rule of each pool that a policy sends only contacts to that it cannot do.

    Parameters
    ----------
    pools : mapping of str to Pool
        Of the desk, and those that the policy forms, with the skills of their agents.
    policy : Policy
    needs : sequence of str
        Their names.
    """
    for path, pool in policy.routes():
        kinds = _kinds_sent(path, needs)
        if pool in pools and not any(_reaches(pools, pool, kind) for kind in kinds):
            yield path, f"is a pool where nobody can do {' or '.join(kinds)}"


def _kinds_sent(path: Sequence[str | int], needs: Sequence[str]) -> list[str]:
    """Return the kinds that a policy sends by the key at a path."""
    enquiry, complaint = RESERVED_KINDS
    if path[0] == "enquiries":
        return [enquiry]
    return [complaint] if path[0] == "voices" else [*needs, complaint]


def _can_end(pools: Pools, name: str, kind: str) -> bool:
    """Return whether a contact that queues in a pool can be served: there, or by overflow."""
    other = pools[name].overflow
    if other is not None and other in pools and _reaches(pools, other, kind):
        return True
    return _reaches(pools, name, kind)


def _reaches(pools: Pools, name: str, kind: str) -> bool:
    """Return whether somebody who takes from a pool's queue can do a kind."""
    return any(_can(pool, kind) for pool in _takers(pools, name))


def _takers(pools: Pools, name: str) -> Iterable[Pool]:
    return [pools[name], *(pool for pool in pools.values() if name in pool.helps)]


def _can(pool: Pool, kind: str) -> bool:
    return pool.skills.get(kind, 1.0) > 0.0
