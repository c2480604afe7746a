"""The unit of a claim's difference is that of its sides, where they have one."""

import pytest

from sim.measures.expressions import read_claim
from sim.report.run.hypothesis_rows import unit_of


@pytest.mark.parametrize(
    ("claim", "unit"),
    [
        ("profit[a] > profit[b]", "currency"),
        ("profit[a] - profit[b] > 1000", "currency"),
        ("2 * profit[a] / 3 > -profit[b]", "currency"),
        ("churn_rate[a] > 0.01", "share"),
        ("profit[a] / customers[a] > profit[b] / customers[b]", ""),
        ("profit[a] > customers[a]", ""),
        ("profit[a] * profit[b] > 1", ""),
        ("1 / profit[a] > 0", ""),
    ],
)
def test_unit(claim, unit):
    assert unit_of(read_claim(claim)) == unit
