"""Run the registered findings, the outputs and the check of customer equity; keep the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.progress import Progress
from sim.report.kit.canvas import write_file
from sim.studies.verify.field.equity import check_equity, equity_runs
from sim.studies.verify.field.findings import FINDINGS, OUTPUTS, registered
from sim.studies.verify.field.judgement import judged_findings
from sim.studies.verify.field.page import page_text
from sim.studies.verify.field.register import changed_parameters, check, parameters
from sim.studies.verify.field.result import FieldResult
from sim.studies.verify.field.worlds import needs_of, read_needs

__all__ = ["EQUITY", "PAGE", "PARTS", "RECORD", "hold_to_field", "refuse_adjusted", "write_record"]

EQUITY = "equity"
PARTS = (FINDINGS, OUTPUTS, EQUITY)
"""What can be run alone."""

PAGE, RECORD = "field.md", "field.json"


def hold_to_field(execution: Execution, only: Sequence[str] = ()) -> FieldResult:
    """Run what is registered, and judge it.

    Parameters
    ----------
    execution : Execution
    only : sequence of str
        Some of `PARTS`; by default all.

    Raises
    ------
    CommandError
        If there is no such part, or a registration is not in the register as it is.
    RunError
        If a run fails.
    """
    for name in only:
        if name not in PARTS:
            raise CommandError(f"no part '{name}'; there are {', '.join(PARTS)}")
    parts = tuple(only) or PARTS
    edition = check()
    findings = {name: registered(name) if name in parts else () for name in (FINDINGS, OUTPUTS)}
    needs = needs_of([*findings[FINDINGS], *findings[OUTPUTS]])
    before = sum(need.runs() for need in needs)
    total = before + equity_runs() * (EQUITY in parts)
    with execution.show_progress() as shown:
        values = read_needs(needs, execution, lambda done, _: shown(done, total))
        after = _after(before, total, shown)
        equity = tuple(check_equity(execution, after)) if EQUITY in parts else ()
    judged = {name: tuple(judged_findings(found, values)) for name, found in findings.items()}
    return FieldResult(edition.number, judged[FINDINGS], judged[OUTPUTS], equity)


def _after(before: int, total: int, shown: Progress) -> Progress:
    return lambda done, _: shown(before + done, total)


def write_record(result: FieldResult, docs: Path) -> Path:
    """Write the page, and the record of the run beside it; return the page.

    Raises
    ------
    CommandError
        If it is not of everything, or if parameters have changed since an earlier run of the same
        edition of the register.
    """
    if not (result.findings and result.outputs and result.equity):
        raise CommandError("--report needs everything: leave --only out")
    refuse_adjusted(result.edition, _earlier(docs / RECORD))
    record = {**result.as_data(), "parameters": parameters()}
    text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False)
    write_file(docs / RECORD, f"{text}\n".encode())
    return write_file(docs / PAGE, page_text(result).encode())


def refuse_adjusted(edition: int, earlier: dict[str, Any] | None) -> None:
    """Refuse a run whose parameters differ from those of an earlier one of the same edition.

    Raises
    ------
    CommandError
        Naming what has changed.
    """
    if earlier is None or earlier["edition"] != edition:
        return
    changed = changed_parameters(earlier["parameters"])
    if changed:
        raise CommandError(
            f"edition {edition} of the register has been run with other parameters "
            f"({'; '.join(changed)}); register a new one with --register, saying what was changed"
        )


def _earlier(record: Path) -> dict[str, Any] | None:
    if not record.exists():
        return None
    found: dict[str, Any] = json.loads(record.read_text("utf-8"))
    return found
