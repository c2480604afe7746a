"""Verify: every case, every scenario that ships, in one engine or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.engine.simulate import ENGINES
from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.progress import Progress
from sim.execution.replicate import plan, replicate
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.studies.verify.cases import Case
from sim.studies.verify.conservation_checks import Balance, balances
from sim.studies.verify.judge import LARGEST_ERROR, LEVEL, Finding, judged
from sim.studies.verify.run_cases import (
    Readings,
    all_cases,
    families_of,
    read_cases,
    runs_of,
    settings_of,
    write_settings,
)

__all__ = ["Verification", "verify"]

BOTH = "both"
_SHORT_MONTHS, _LONG_MONTHS = 1, 3  # of scenarios that ship


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of verifying.

    Attributes
    ----------
    engines : tuple of str
        Those that ran.
    quick : bool
        Whether it was a quick look, of larger standard errors.
    seed : int
    findings : tuple of Finding
        One a case, or one an engine where engines differ.
    balances : tuple of Balance
        One a law, scenario, policy and engine.
    """

    engines: tuple[str, ...]
    quick: bool
    seed: int
    findings: tuple[Finding, ...]
    balances: tuple[Balance, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, a sentence each; empty if all is well."""
        return tuple(self._faults())

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def _faults(self) -> Iterator[str]:
        for one in self.findings:
            name = f"{one.case.family.title}: {one.case.quantity}"
            if not one.passed:
                says = f"theory says {one.case.theory:.6g}, {' and '.join(one.engines)}"
                yield f"{name}: {says} {one.simulated:.6g}, {one.z:+.1f} standard errors away."
            if set(one.engines) != set(self.engines):
                yield f"{name}: {' and '.join(one.engines)} alone read {one.simulated!r}."
            if not self.quick and one.relative_error > LARGEST_ERROR:
                yield f"{name}: a standard error of {one.relative_error:.1%} says too little."
        for balance in self.balances:
            if not balance.passed:
                where = f"{balance.scenario}, {balance.policy}, {balance.engine}"
                yield f"{where}: {balance.law} does not balance, by {balance.gap:.2g}."

    def as_data(self) -> dict[str, Any]:
        """Give as plain data what a program wants to know."""
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
        from sim.studies.verify.terminal import as_text

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
    """Hold the engines to mathematics, and every scenario that ships to its books.

    Parameters
    ----------
    engine : {'both', 'auto', 'compiled', 'simpy'}
        With both, they must also agree to the last bit.
    quick : bool
        Run each case only a few times, and each scenario for a few months.
    seed : int
        Of all chance, 0 or more.
    only : sequence of str
        Names of families (``erlang_c``, ...), and ``books`` for the scenarios; by default all.
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
    chosen, with_books = _chosen(all_cases() if cases is None else tuple(cases), only)
    books = _books(quick) if with_books else {}
    settings = sum(runs_of(one, quick) for one in settings_of(chosen))
    total = len(engines) * (settings + sum(len(one.policies) for one in books.values()))
    with execution.show_progress() as shown:
        steps = _Steps(shown, total)
        each = [replace(execution, engine=name) for name in engines]
        readings = _read(chosen, each, quick, seed, steps)
        found = [one for on in each for one in _held(books, on, steps)]
    return Verification(engines, quick, seed, judged(readings), tuple(found))


class _Steps:
    """Adds up what several stretches of work tell of their progress."""

    def __init__(self, shown: Progress, total: int) -> None:
        self._shown = shown
        self._total = total
        self._done = 0

    def stretch(self) -> Progress:
        """Return the progress of the next stretch, which tells its own counts."""
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
                cases, folder, replace(execution, progress=steps.stretch()), quick=quick
            )
            for execution in executions
        }


def _held(books: Mapping[str, Scenario], execution: Execution, steps: _Steps) -> Iterator[Balance]:
    """Yield what came of holding scenarios to their books, policy by policy."""
    with execution.open_executor(execution.model()) as executor:
        for name, scenario in books.items():
            units = plan(scenario.policies, 1)
            hold = partial(_hold, name=name, engine=execution.engine)
            for _, found in replicate(hold, scenario, units, executor, progress=steps.stretch()):
                yield from found


def _hold(
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
    """Return the cases of the families that were named, and whether the books were."""
    known = (*(family.name for family in families_of(cases)), "books")
    for name in only:
        if name not in known:
            raise CommandError(f"no family '{name}'; there are {', '.join(known)}")
    if not only:
        return tuple(cases), True
    return tuple(case for case in cases if case.family.name in only), "books" in only


def _books(quick: bool) -> dict[str, Scenario]:
    """Return what is held to its books: every scenario that ships, shortened."""
    months = _SHORT_MONTHS if quick else _LONG_MONTHS
    return {name: load(path, [f"months={months}"]) for name, path in shipped().items()}


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
