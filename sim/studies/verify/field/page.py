"""The page docs/field.md: findings, outputs and customer equity, hits and misses alike."""

from __future__ import annotations

import re
from math import inf

from sim.report.kit.number_format import few_digits
from sim.report.kit.templating import render_markdown
from sim.stats.intervals import Estimate
from sim.studies.verify.field.equity import MONTHS
from sim.studies.verify.field.findings import FINDINGS, OUTPUTS, Prediction, registered, trades
from sim.studies.verify.field.register import editions
from sim.studies.verify.field.result import FieldResult

__all__ = ["estimate_text", "page_text", "range_text"]


def page_text(result: FieldResult) -> str:
    """Return the page of a result, in Markdown."""
    findings, outputs = registered(FINDINGS), registered(OUTPUTS)
    context = {
        "result": result,
        "findings": findings,
        "outputs": outputs,
        "counts": {"findings": result.counts(findings), "outputs": result.counts(outputs)},
        "judged": {
            (one.finding, one.prediction): one for one in (*result.findings, *result.outputs)
        },
        "editions": editions(),
        "trades": trades(),
        "months": MONTHS,
        "number": estimate_text,
        "range_of": range_text,
        "money": _money,
        "short": _short,
    }
    return render_markdown("sim.studies.verify.field", "field.md.j2", context)


def estimate_text(found: Estimate) -> str:
    """Return a number with its 95% interval, three digits each; a dash where there is none."""
    if found.mean is None:
        return "-"
    if found.low is None or found.high is None:
        return few_digits(found.mean)
    mean, low, high = map(few_digits, (found.mean, found.low, found.high))
    return f"{mean} ({low} to {high})"


def range_text(prediction: Prediction) -> str:
    """Return what is predicted: a range, or a side of 0."""
    sides = {"up": "above 0", "down": "below 0"}
    if not prediction.has_size:
        return sides[prediction.direction]
    low = "" if prediction.low == -inf else f"{prediction.low:g}"
    high = "" if prediction.high == inf else f"{prediction.high:g}"
    return f"{low} to {high}"


def _short(source: str) -> str:
    """Return authors and year; without a year, what comes before the first comma."""
    found = re.match(r"[^;:]{3,70}?\b(?:19|20)\d\d\b", source)
    return found[0] if found else source.split(",")[0]


def _money(found: Estimate) -> str:
    if found.mean is None or found.low is None or found.high is None:
        return "-"
    return f"{found.mean:,.0f} ({found.low:,.0f} to {found.high:,.0f})"
