"""Which scenario is run, and what of it is changed; and the keywords that say both this and how."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, signature
from math import inf
from pathlib import Path
from typing import Any, ParamSpec, TypedDict, TypeVar

import yaml

from sim.errors import CommandError, Fault, ScenarioError, nearest
from sim.execution.execution import Execution, ExecutionOptions
from sim.execution.prepare import Prepared, prepare
from sim.execution.progress import note
from sim.scenario.reading.load import from_mapping, reopened, variations
from sim.scenario.reading.points_file import read_point_rows
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "Loadable",
    "RunOptions",
    "ScenarioSelection",
    "SelectionOptions",
    "Source",
    "accepts",
    "divided",
    "loadable",
]

P = ParamSpec("P")
T = TypeVar("T")

Loadable = str | os.PathLike[str] | Scenario
"""A scenario file, the name of one that ships, or a scenario already loaded."""

Source = Loadable | Mapping[str, Any]
"""The same, or a scenario as plain data."""


class SelectionOptions(TypedDict, total=False):
    """Keywords of the public functions that say what of a scenario is run and changed."""

    replications: int | None
    seed: int | None
    months: int | None
    policies: Sequence[str] | None
    sets: Sequence[str]
    set: Mapping[str, object] | None
    allow_code: bool


class RunOptions(SelectionOptions, ExecutionOptions, total=False):
    """Keywords that the public functions which run a scenario share."""


@dataclass(frozen=True, slots=True)
class ScenarioSelection:
    """Which scenario is run, and what of it is changed.

    Attributes
    ----------
    source : path or Scenario
        A scenario file, the name of one that ships, or a scenario already loaded.
    replications, seed, months : int, optional
        In place of the scenario's.
    policies : sequence of str, optional
        Only these, in this order; those of the library need not be in the file.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML.
    allow_code : bool
        Whether the scenario may name Python classes as policies, which then run here.
    """

    source: Loadable
    replications: int | None = None
    seed: int | None = None
    months: int | None = None
    policies: Sequence[str] | None = None
    sets: Sequence[str] = ()
    allow_code: bool = False

    def scenario(self) -> Scenario:
        """Load the scenario, changed; what may not be meant is said on stderr.

        Raises
        ------
        InputError
            As `prepared`.
        """
        return self.told().scenario

    def told(self) -> Prepared:
        """Return as `prepared`; what may not be meant is said on stderr.

        Raises
        ------
        InputError
            As `prepared`.
        """
        prepared = self.prepared()
        for warning in prepared.warnings:
            note(f"Note: {warning}")
        return prepared

    def prepared(self) -> Prepared:
        """Load the scenario, changed, and every file that it names; return it with its size.

        Raises
        ------
        ScenarioError
            With every fault of the scenario and of what is changed in it.
        InputError
            With every fault of its files; or if its runs cannot be expected to end.
        """
        changes = _said(replications=self.replications, seed=self.seed, months=self.months)
        return prepare(
            reopened(
                self.source, self.sets, self.policies, changes=changes, allow_code=self.allow_code
            )
        )

    def variations(self, points: int | None = None) -> Variations:
        """Load the scenario as what the points of its sweep are made from.

        Parameters
        ----------
        points : int, optional
            In place of the sweep's. The replications are put in place of the sweep's, too.

        Raises
        ------
        ScenarioError
            With every fault of the scenario and of what is changed in it.
        """
        sweep = {"sweep.points": points, "sweep.replications": self.replications}
        changes = _said(**sweep, seed=self.seed, months=self.months)
        policies = list(dict.fromkeys(self.policies)) if self.policies else None
        varied = variations(
            self.source, self.sets, policies, changes=changes, allow_code=self.allow_code
        )
        prepare(varied.base)
        return varied

    def refuse_points(self) -> None:
        """Check the points of a sweep that a file lists, of which each is a scenario.

        Raises
        ------
        InputError
            With every fault of the file, or else of the points.
        """
        varied = self.variations()
        sweep = varied.base.sweep
        if sweep is None or sweep.file is None:
            return
        paths, rows = read_point_rows(Path(sweep.file))
        faults: dict[Fault, None] = {}
        for row in rows:
            try:
                varied.at(dict(zip(paths, row, strict=True)))
            except ScenarioError as error:
                faults |= dict.fromkeys(error.faults)
        if faults:
            raise ScenarioError(tuple(faults))

    def given(self) -> list[str]:
        """Return the names of what is selected or changed, as of the keywords of `sim.run`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        del values["source"]
        return [
            name
            for name, value in values.items()
            if value is not None and value is not False and value not in ((), [])
        ]

    def words(self, verb: str, *flags: str) -> list[str]:
        """Return the words of the command that gives the same numbers.

        Parameters
        ----------
        verb : str
            Of the command line: ``run``, ``sweep``, ...
        *flags : str
            What else the command says.
        """
        in_hand = isinstance(self.source, Scenario)
        file = "scenario.yaml" if in_hand else os.fspath(self.source)  # type: ignore[arg-type]
        words = ["sim", verb, file]
        words += [word for name in self.policies or () for word in ("--policy", name)]
        words += [word for text in self.sets for word in ("--set", text)]
        numbers = {"-n": self.replications, "--seed": self.seed, "--months": self.months}
        words += [str(word) for flag, value in numbers.items() if value is not None
                  for word in (flag, value)]  # fmt: skip
        return [*words, *flags, *["--allow-code"] * self.allow_code]


def _said(**changes: object) -> dict[str, object]:
    """Return the changes that were asked for."""
    return {key: value for key, value in changes.items() if value is not None}


def divided(source: Source, options: Mapping[str, Any]) -> tuple[ScenarioSelection, Execution]:
    """Divide the keywords of a public function into what is run and how it is run."""
    ours = SelectionOptions.__annotations__
    selected = {name: value for name, value in options.items() if name in ours}
    sets = [*selected.pop("sets", ()), *_as_texts(selected.pop("set", None) or {})]
    selected |= {"sets": sets} if sets else {}
    executed = {name: value for name, value in options.items() if name not in ours}
    found = loadable(source, allow_code=bool(options.get("allow_code")))
    return ScenarioSelection(found, **selected), Execution(**executed)


def loadable(source: Source, *, allow_code: bool = False) -> Loadable:
    """Return a scenario's file, or the scenario; one that is plain data is checked.

    Raises
    ------
    ScenarioError
        With every fault of plain data.
    """
    if isinstance(source, Mapping):
        return from_mapping(source, "scenario", allow_code=allow_code)
    return source


def _as_texts(values: Mapping[str, object]) -> Iterator[str]:
    """Write values by dotted path as ``--set`` takes them.

    Raises
    ------
    CommandError
        If a value is not plain data.
    """
    for path, value in values.items():
        try:
            text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=inf)
        except yaml.YAMLError:
            raise CommandError(
                f"set: {path} must be a number, a text, a list or a mapping (got {value!r})"
            ) from None
        yield f"{path}={text.removesuffix(chr(10)).removesuffix(chr(10) + '...')}"


def accepts(options: type) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let ``help()`` list the keywords in ``**options``, and refuse any other by its name.

    Parameters
    ----------
    options : TypedDict
        `RunOptions` or `ExecutionOptions`: the names that the function takes as ``**options``.

    Returns
    -------
    callable
        A decorator. The function that it returns raises TypeError for an unknown keyword.
    """

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        listed = signature(function).replace(parameters=_listed(function, options))
        names = list(listed.parameters)

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            for name in kwargs:
                if name not in names:
                    hint = nearest(name, names)
                    said = f"{function.__name__}() got an unexpected keyword argument '{name}'"
                    raise TypeError(f"{said}. {hint}".strip())
            return function(*args, **kwargs)

        checked.__signature__ = listed  # type: ignore[attr-defined]
        return checked

    return decorated


def _listed(function: Callable[..., object], options: type) -> list[Parameter]:
    """Return a function's parameters, with its ``**options`` spelled out."""
    own = list(signature(function).parameters.values())
    defaults = {
        one.name: one.default for record in (ScenarioSelection, Execution) for one in fields(record)
    }
    defaults["set"] = None  # joins `sets`
    spelled = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=defaults[name],
                  annotation=getattr(kind, "__forward_arg__", kind))
        for name, kind in options.__annotations__.items()
    ]  # fmt: skip
    return [*(one for one in own if one.kind is not Parameter.VAR_KEYWORD), *spelled]
