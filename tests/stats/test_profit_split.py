"""What a policy is worth, taken apart into profit and customer equity: worked numbers."""

from __future__ import annotations

import pytest

from sim.measures.expressions import read_claim
from sim.results.hypothesis_tables import hypotheses_table
from sim.scenario.schema.hypotheses import Hypothesis
from sim.stats.verdicts import judge

PAYS = "profit[a] + 0.5 * customer_equity[a] > profit[b] + 0.5 * customer_equity[b]"


def values(claim, profit, equity):
    """Return values that under a are larger than under b by so much, in each replication."""
    more = {"profit": profit, "customer_equity": equity, "churn_rate": [0.0, 0.0]}
    return {
        term: [100.0 + more[term.measure][i] * (term.policy == "a") for i in (0, 1)]
        for term in claim.terms()
    }


def test_the_parts_add_up_to_the_difference():
    claim = read_claim(PAYS)
    verdict = judge(claim, values(claim, [-4.0, -6.0], [18.0, 22.0]))
    # -4 + 9 and -6 + 11: profit falls, equity rises, and the sum is 5 in both.
    assert verdict.difference.mean == 5.0
    assert (verdict.split.profit.mean, verdict.split.equity.mean) == (-5.0, 10.0)
    assert verdict.split.profit.low < -5.0 < verdict.split.profit.high
    assert verdict.difference.low == verdict.difference.high == 5.0


@pytest.mark.parametrize(
    "text",
    ["profit[a] > profit[b]", "customer_equity[a] > customer_equity[b]", "churn_rate[a] < 1"],
)
def test_a_claim_on_one_of_them_alone_is_not_taken_apart(text):
    claim = read_claim(text)
    assert judge(claim, values(claim, [1.0, 2.0], [3.0, 4.0])).split is None


def test_the_table_of_hypotheses_has_both_parts():
    hypotheses = [
        Hypothesis(name="It pays", claim=PAYS),
        Hypothesis(name="They stay", claim="churn_rate[a] < churn_rate[b]"),
    ]
    verdicts = [
        judge(one.read(), values(one.read(), [-4.0, -6.0], [18.0, 22.0])) for one in hypotheses
    ]
    table = hypotheses_table(hypotheses, verdicts)
    assert table["profit_part"].to_list() == [-5.0, None]
    assert table["equity_part"].to_list() == [10.0, None]
