"""The page's estimates and verdicts are those of `sim.stats` and of the report, on the same values.

Computed by node from the page's own script; skipped where there is none.
"""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from sim.measures.expressions import Term, read_claim
from sim.report.kit.number_format import format_estimate
from sim.report.live.live_measures import claim_data
from sim.report.live.page_facts import practical_size_data, quantile_data
from sim.report.live.what_if import page_script
from sim.stats.intervals import ALPHA, ROUNDING, difference, estimate, holm
from sim.stats.practical_size import SHARE_OF_LEVEL, PracticalSizes
from sim.stats.verdicts import judge
from tests.report.live.node_runs import NODE

pytestmark = pytest.mark.skipif(NODE is None, reason="no node")
SEED = 20261129


def in_page(tmp_path, expression, **given):
    """Evaluate an expression of JavaScript in the scope of the page's estimates."""
    script = tmp_path / "expression.cjs"
    names = ", ".join(given)
    (tmp_path / "given.json").write_text(json.dumps(given))
    script.write_text(
        page_script("estimates.js")
        + f"""
const {{ {names} }} = JSON.parse(require("fs").readFileSync(process.argv[2]),
  (_, value) => value === "NaN" ? NaN : value);
console.log(JSON.stringify({expression}));
"""
    )
    done = subprocess.run(
        [str(NODE), str(script), str(tmp_path / "given.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def facts_for(count, policies, family):
    return {
        "alpha": ALPHA,
        "rounding": ROUNDING,
        "share_of_level": SHARE_OF_LEVEL,
        "family": family,
        **quantile_data(count, policies, family),
    }


def drawn(count, size):
    """Return pairs of values: near, far, equal, apart by a constant, undefined in part."""
    rng = np.random.Generator(np.random.PCG64(SEED + size))
    for scale in (0.0, 0.3, 1.0, 5.0):
        a = rng.normal(100.0, 10.0, count)
        yield a.tolist(), (a + scale * rng.normal(1.0, 1.0, count)).tolist()
    yield [3.0] * count, [3.0] * count
    yield [5.0] * count, [3.0] * count
    yield ["NaN", *a.tolist()[1:]], a.tolist()


@pytest.mark.parametrize("count", [2, 3, 7, 20])
def test_means_and_paired_differences(count, tmp_path):
    pairs = list(drawn(count, count))
    expression = """pairs.map(([a, b]) => {
      const found = difference(a, b, facts);
      return [estimate(a, facts.t), { ...found, below: [1, 2, 3].map((n) => found.isBelow(n)) }];
    })"""
    got = in_page(tmp_path, expression, pairs=pairs, facts=facts_for(count, 4, 1))
    for (a, b), (level, paired) in zip(pairs, got, strict=True):
        one, other = ([float(x) for x in side] for side in (a, b))
        wanted, between = estimate(v for v in one if np.isfinite(v)), difference(one, other)
        for found, want in ((level, wanted), (paired, between)):
            for name in ("mean", "low", "high"):
                if getattr(want, name) is None:
                    assert found[name] is None
                else:
                    assert found[name] == pytest.approx(getattr(want, name), rel=1e-9, abs=1e-9)
        p = 1.0 if between.p is None else between.p
        assert paired["below"] == [p < ALPHA / tests for tests in (1, 2, 3)]


@pytest.mark.parametrize("count", [3, 8])
def test_what_is_significant_is_what_holm_says(count, tmp_path):
    rng = np.random.Generator(np.random.PCG64(SEED))
    families = [
        [(rng.normal(size, 1.0, count).tolist(), [0.0] * count) for size in sizes]
        for sizes in ((0, 0, 0), (1, 2, 3), (5, 0.5, 1.5), (9, 9, 0), (1.2, 1.3, 1.4))
    ]
    expression = """families.map((family) => {
      const found = family.map(([a, b]) => difference(a, b, facts));
      const chosen = significant(found);
      return found.map((one) => chosen.has(one));
    })"""
    got = in_page(tmp_path, expression, families=families, facts=facts_for(count, 4, 1))
    for family, marks in zip(families, got, strict=True):
        adjusted = holm([difference(a, b).p for a, b in family])
        assert marks == [p is not None and p < ALPHA for p in adjusted]
    assert any(any(marks) for marks in got)
    assert not all(all(marks) for marks in got)


CLAIMS = (
    "profit[a] > profit[b]",
    "profit[a] + customer_equity[a] < profit[b] + customer_equity[b]",
    "churn_rate[a, last 12] < churn_rate[b, last 12]",
    "churn_rate[a] < 0.5",
    "profit[a] / customers[a] > profit[b] / customers[b]",
)


@pytest.mark.parametrize("worth", [{}, {"profit": 3.0}])
@pytest.mark.parametrize("text", CLAIMS)
def test_verdicts_on_claims(text, worth, tmp_path):
    claim, count, family = read_claim(text), 6, 3
    sizes = PracticalSizes(worth, 24)
    data = claim_data(claim, ["a", "b"], {"a": [], "b": []}) | practical_size_data(claim, sizes)
    rng = np.random.Generator(np.random.PCG64(SEED))
    cases = []
    for shift in (0.0, 0.02, 1.0, 40.0):
        common = rng.normal(100.0, 5.0, count)
        cases.append({
            term: (common + (shift if term.policy == "a" else 0.0)
                   + 0.01 * shift * rng.normal(0, 1, count)).tolist()
            for term in claim.terms()
        })  # fmt: skip
    keys = {one["key"]: term for one, term in zip(data["terms"], claim.terms(), strict=True)}
    rows = [
        [{key: case[term][r] for key, term in keys.items()} for r in range(count)] for case in cases
    ]
    expression = "cases.map((rows) => judge(claim, rows, facts))"
    facts = facts_for(count, 2, family)
    got = in_page(tmp_path, expression, cases=rows, claim=data, facts=facts)
    for case, found in zip(cases, got, strict=True):
        wanted = judge(claim, case, sizes, family)
        assert found["word"] == wanted.word
        assert found["mean"] == pytest.approx(wanted.difference.mean)
        assert found["low"] == pytest.approx(wanted.adjusted.low, rel=1e-9, abs=1e-9)
    assert isinstance(next(iter(cases[0])), Term)


@pytest.mark.parametrize("signed", [False, True])
def test_numbers_are_written_as_in_the_report(signed, tmp_path):
    rng = np.random.Generator(np.random.PCG64(SEED))
    means = (10.0 ** rng.uniform(-4, 8, 300) * rng.choice([-1, 1], 300)).tolist()
    halves = (10.0 ** rng.uniform(-5, 7, 300)).tolist()
    expression = "means.map((mean, i) => shown({ mean, half: halves[i] }, 1, signed))"
    got = in_page(tmp_path, expression, means=means, halves=halves, signed=signed)
    for mean, half, (middle, margin) in zip(means, halves, got, strict=True):
        wanted = format_estimate(mean, mean - half, mean + half, "minutes", difference=signed)
        assert (middle, margin) == (wanted.mean, wanted.margin)
