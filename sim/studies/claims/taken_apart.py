"""Take the difference of a claim about money apart: what a policy's favours do, and its choosing.

The difference is that of the claim itself, whatever it adds up and over which months. So its parts
add up to what the verdict is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.measures.expressions import Claim, Expression, Operation, Term, evaluated
from sim.measures.policy_names import read_policy_name
from sim.scenario.reading.load import reopened
from sim.scenario.schema.favours import favours_of
from sim.scenario.schema.scenario import Scenario
from sim.stats.decomposition import Decomposition, controls_of, decomposed_by
from sim.stats.profit_split import EQUITY, PROFIT, without_equity

__all__ = ["Controls", "TakenApart", "controls_for"]


@dataclass(frozen=True, slots=True)
class TakenApart:
    """The difference of a claim and its parts, in currency.

    Attributes
    ----------
    policy, reference : str
        The difference is the first less the second.
    whole : Decomposition
        Of what the claim compares.
    split : mapping of str to Decomposition
        By ``profit`` and ``customer equity``, which add up to the whole, part by part; empty where
        the claim does not add them.
    """

    policy: str
    reference: str
    whole: Decomposition
    split: Mapping[str, Decomposition]

    def named(self) -> Iterator[tuple[str, Decomposition]]:
        """Yield each decomposition with what it is of, ``all`` first."""
        yield "all", self.whole
        yield from self.split.items()


@dataclass(frozen=True, slots=True)
class Controls:
    """The runs that take the difference of a claim apart.

    Attributes
    ----------
    policy, reference : str
        The policy that favours somebody, and the one of the other side, which favours nobody.
    controls : mapping of str to str
        As of `sim.stats.decomposition.controls_of`.
    side : Expression
        What is compared, under the policy.
    scenario : Scenario
        With the controls among its policies.
    """

    policy: str
    reference: str
    controls: Mapping[str, str]
    side: Expression
    scenario: Scenario

    def terms(self) -> tuple[Term, ...]:
        """Return the terms of all runs."""
        sides = self._sides().values()
        return tuple(dict.fromkeys(term for side in sides for term in _terms(side)))

    def taken(self, values: Mapping[Term, Sequence[float]]) -> TakenApart:
        """Take the difference apart.

        Parameters
        ----------
        values : mapping of Term to sequence of float
            Of each of `terms`, one per replication in the same order.
        """
        rows = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
        whole = {
            name: [evaluated(side, row) for row in rows] for name, side in self._sides().items()
        }
        if not {term.measure for term in values} > {EQUITY}:
            return TakenApart(self.policy, self.reference, self._parts(whole), {})
        profit = {
            name: [evaluated(side, without_equity(row)) for row in rows]
            for name, side in self._sides().items()
        }
        equity = {
            name: [one - part for one, part in zip(each, profit[name], strict=True)]
            for name, each in whole.items()
        }
        split = {"profit": self._parts(profit), "customer equity": self._parts(equity)}
        return TakenApart(self.policy, self.reference, self._parts(whole), split)

    def _sides(self) -> dict[str, Expression]:
        """Return what is compared, under each policy."""
        names = (self.policy, self.reference, *self.controls.values())
        return {name: _under(self.side, name) for name in names}

    def _parts(self, values: Mapping[str, Sequence[float]]) -> Decomposition:
        return decomposed_by(values, self.policy, self.reference, self.controls)


def controls_for(claim: Claim, scenario: Scenario) -> Controls | None:
    """Return the runs that take a claim apart; None for a claim that has no parts.

    Parts has a claim in which the same money of all customers, profit or customer equity, is
    compared between a policy that favours somebody and one that favours nobody. Against a placebo
    all of the difference is whom the policy chooses; between two policies that both favour, what
    everybody gets cannot be told from what the other's favours do.

    Parameters
    ----------
    claim : Claim
    scenario : Scenario
        In which it is judged.
    """
    sides = {_policy_of(side): side for side in (claim.left, claim.right)}
    if len(sides) != 2 or None in sides or not all(map(_is_money, claim.terms())):
        return None
    one, other = (str(name) for name in sides)
    for policy, reference in ((one, other), (other, one)):
        side = sides[policy]
        if _under(side, reference) == sides[reference] and _is_plain(policy, reference):
            controls = controls_of(policy, scenario.policies[policy])
            if controls and not favours_of(scenario.policies[reference]):
                names = dict.fromkeys([*scenario.policies, *controls.values()])
                wider = reopened(scenario, policies=list(names))
                return Controls(policy, reference, controls, side, wider)
    return None


def _is_money(term: Term) -> bool:
    return term.measure in (*PROFIT, EQUITY) and not term.sort


def _is_plain(*policies: str) -> bool:
    return not any(read_policy_name(policy).is_control for policy in policies)


def _policy_of(side: Expression) -> str | None:
    """Return the policy that a side of a claim names; None unless it is one."""
    policies = {term.policy for term in _terms(side)}
    return policies.pop() if len(policies) == 1 else None


def _terms(side: Expression) -> tuple[Term, ...]:
    return Claim(side, ">", side).terms()


def _under(expression: Expression, policy: str) -> Expression:
    """Return an expression under another policy."""
    if isinstance(expression, Term):
        return replace(expression, policy=policy)
    if isinstance(expression, Operation):
        left, right = (_under(side, policy) for side in (expression.left, expression.right))
        return Operation(expression.sign, left, right)
    return expression
