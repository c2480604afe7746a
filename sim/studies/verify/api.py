"""Compare the engines with theory, and check what must be conserved in the scenarios that ship."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.engine.simulate import ENGINES
from sim.errors import CommandError, warn_renamed
from sim.execution.execution import Execution
from sim.execution.progress import Progress
from sim.execution.replicate import plan, replicate
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.studies.verify.cases import Case
from sim.studies.verify.conservation_checks import Balance, balances
from sim.studies.verify.judge import LEVEL, Finding, judged
from sim.studies.verify.result import VerificationResult
from sim.studies.verify.run_cases import (
    Readings,
    all_cases,
    families_of,
    read_cases,
    runs_of,
    settings_of,
    write_settings,
)
from sim.studies.verify.terminal import as_text

__all__ = ["Verification", "family_names", "verify"]

BOTH = "both"
CHECKS, _OLD_CHECKS = "conservation_checks", "books"
_SHORT_MONTHS, _LONG_MONTHS = 1, 3  # of scenarios that ship


@dataclass(frozen=True, slots=True)
class Verification(VerificationResult):
    """What a verification finds; the attributes are those of `VerificationResult`."""

    def as_data(self) -> dict[str, Any]:
        """Return the findings as plain data."""
        return {
            "passed": self.passed,
            "engines": list(self.engines),
            "quick": self.quick,
            "seed": self.seed,
            "level": LEVEL,
            "faults": list(self.faults),
            "cases": [_finding_data(one) for one in self.findings],
            "balances": [_balance_data(one) for one in self.balances],
        }

    def _repr_html_(self) -> str:
        return f"<pre>{escape(as_text(self))}</pre>"

    def write(self, docs: Path) -> Path:
        """Write the page ``validation.md`` and its pictures into a folder; return the page."""
        from sim.studies.verify.page import write_page

        return write_page(self, docs)


def verify(
    *,
    engine: str = BOTH,
    quick: bool = False,
    seed: int = 1,
    only: Sequence[str] = (),
    workers: int | None = None,
    cases: Iterable[Case] | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Compare the engines with theory, and check conservation in every scenario that ships.

    Parameters
    ----------
    engine : {'both', 'auto', 'compiled', 'simpy'}
        With both, they must also agree exactly.
    quick : bool
        Run each case only a few times, and each scenario for a few months.
    seed : int
        Of all random numbers, 0 or more.
    only : sequence of str
        Names of families (``erlang_c``, ...), and ``conservation_checks`` for the scenarios that
        ship; by default all.
    workers : int, optional
        Runs at a time; by default one a core.
    cases : iterable of Case, optional
        In place of the package's own.
    progress : callable, optional
        Called with (runs done, runs in all); by default a bar is shown at a terminal.

    Raises
    ------
    CommandError
        If there is no such engine or family.
    RunError
        If a run fails.

    Examples
    --------
    >>> import sim
    >>> sim.verify(only=["retention"], engine="compiled", quick=True).passed
    True
    """
    engines = _engines(engine)
    execution = Execution(workers=workers, progress=progress)
    chosen, with_checks = _chosen(all_cases() if cases is None else tuple(cases), only)
    checked = _checked_scenarios(quick) if with_checks else {}
    settings = sum(runs_of(one, quick) for one in settings_of(chosen))
    total = len(engines) * (settings + sum(len(one.policies) for one in checked.values()))
    with execution.show_progress() as bar:
        steps = _Steps(bar, total)
        each = [replace(execution, engine=name) for name in engines]
        readings = _read(chosen, each, quick, seed, steps)
        checks = [one for on in each for one in _balances(checked, on, steps)]
    return Verification(engines, quick, seed, judged(readings), tuple(checks))


class _Steps:
    """Adds up the progress of several parts of the work."""

    def __init__(self, shown: Progress, total: int) -> None:
        self._shown = shown
        self._total = total
        self._done = 0

    def next_part(self) -> Progress:
        """Return the progress of the next part, which counts from 0."""
        before = self._done

        def tell(done: int, _: int) -> None:
            self._done = before + done
            self._shown(self._done, self._total)

        return tell


def _read(
    cases: Sequence[Case],
    executions: Sequence[Execution],
    quick: bool,
    seed: int,
    steps: _Steps,
) -> dict[str, Readings]:
    with TemporaryDirectory(prefix="evenhand-") as name:
        folder = Path(name)
        write_settings(cases, folder, seed)
        return {
            execution.engine: read_cases(
                cases, folder, replace(execution, progress=steps.next_part()), quick=quick
            )
            for execution in executions
        }


def _balances(
    checked: Mapping[str, Scenario], execution: Execution, steps: _Steps
) -> Iterator[Balance]:
    """Yield the checks of scenarios, policy by policy."""
    with execution.open_executor(execution.model()) as executor:
        for name, scenario in checked.items():
            units = plan(scenario.policies, 1)
            check = partial(_check, name=name, engine=execution.engine)
            for _, checks in replicate(
                check, scenario, units, executor, progress=steps.next_part()
            ):
                yield from checks


def _check(
    scenario: Scenario, policy: str, replication: int, name: str, engine: str
) -> list[Balance]:
    return balances(name, scenario, policy, replication, engine)


def _engines(engine: str) -> tuple[str, ...]:
    names = tuple(name for name in ENGINES if name != "auto")
    if engine == BOTH:
        return names
    if engine == "auto":
        return names[:1]
    if engine not in names:
        raise CommandError(f"no engine '{engine}'; there are {', '.join((BOTH, *ENGINES))}")
    return (engine,)


def _chosen(cases: Sequence[Case], only: Sequence[str]) -> tuple[tuple[Case, ...], bool]:
    """Return the cases of the families named, and whether conservation is to be checked."""
    known = (*(family.name for family in families_of(cases)), CHECKS)
    named = family_names(only)
    for name in named:
        if name not in known:
            raise CommandError(f"no family '{name}'; there are {', '.join(known)}")
    if not named:
        return tuple(cases), True
    return tuple(case for case in cases if case.family.name in named), CHECKS in named


def family_names(names: Sequence[str]) -> list[str]:
    """Return the names of families, with the old name of the conservation checks replaced."""
    if _OLD_CHECKS in names:
        warn_renamed(f"only={_OLD_CHECKS!r}", f"only={CHECKS!r}")
    return [CHECKS if name == _OLD_CHECKS else name for name in names]


def _checked_scenarios(quick: bool) -> dict[str, Scenario]:
    """Return every scenario that ships, shortened."""
    months = _SHORT_MONTHS if quick else _LONG_MONTHS
    return {name: load(path, changes={"months": months}) for name, path in shipped().items()}


def _finding_data(one: Finding) -> dict[str, Any]:
    return {
        "family": one.case.family.name,
        "quantity": one.case.quantity,
        "unit": one.case.unit,
        "engines": list(one.engines),
        "theory": one.case.theory,
        "simulated": one.simulated,
        "standard_error": one.error,
        "replications": one.replications,
        "z": one.z,
        "p": one.p,
        "p_adjusted": one.p_adjusted,
        "passed": one.passed,
    }


def _balance_data(one: Balance) -> dict[str, Any]:
    return {
        "scenario": one.scenario,
        "policy": one.policy,
        "engine": one.engine,
        "law": one.law,
        "gap": one.gap,
        "passed": one.passed,
    }
