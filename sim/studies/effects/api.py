"""Find each person's own effect of a policy, and take it apart."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Unpack

from sim._version import __version__
from sim.core.sources import model_version
from sim.errors import CommandError, nearest
from sim.execution.execution import Execution
from sim.execution.replicate import plan, replicate
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.results.manifest import command_line, folder_name, host, times, versions
from sim.results.store import RUNS, begin, reserve, save, writing
from sim.results.tables import encode
from sim.scenario.dump import dump, fingerprint
from sim.scenario.reading.load import override
from sim.scenario.schema.scenario import Scenario
from sim.studies.effects.effects_by_group import Sums, add_replication
from sim.studies.effects.effects_files import FACTS, KIND, SCENARIO, TABLES
from sim.studies.effects.experiments import Experiments
from sim.studies.effects.finished_replications import Found, Replications
from sim.studies.effects.gainers import Gainers
from sim.studies.effects.outcomes import OUTCOMES
from sim.studies.effects.result import Effects, read_effects
from sim.studies.effects.tables import (
    PEOPLE,
    effects_table,
    experiments_table,
    leaves_table,
    parts_table,
    people_table,
)
from sim.studies.effects.variants import (
    AB_TEST,
    FOLDS,
    POLICY,
    REFERENCE,
    SWITCHBACK,
    Asked,
    Ran,
    Variant,
    kept_folds,
    run_variant,
    variants_of,
)
from sim.studies.run.study import relative_to

__all__ = ["effects", "effects_selection"]

_AHEAD = 8  # runs whose people are held in memory at once, beside those of one replication


@accepts(RunOptions)
def effects(
    scenario: Source,
    policy: str,
    *,
    reference: str | None = None,
    folds: int = 10,
    ab_share: float | None = None,
    switchback_months: int | None = None,
    by: str = "satisfaction",
    out: str | os.PathLike[str] | None = None,
    **options: Unpack[RunOptions],
) -> Effects:
    """Find what a policy does to each person, by their own treatment and by that of the others.

    Everybody lives once under the policy and once under the reference, with the same luck. Then a
    fiftieth of the people at a time is kept out of the policy while all others have it: what that
    changes for them is their own treatment's effect, and the rest is what the others' treatment
    does to them, by the queue, stories, staff and the product.

    Parameters
    ----------
    scenario : path, Scenario or mapping
        A scenario file, the name of one that ships, a scenario already loaded, or one as a dict, as
        a file would say it.
    policy : str
    reference : str, optional
        By default the scenario's first other policy.
    folds : int
        How many of the fifty are kept out in turn, 0 to 50; 0 takes nothing apart.
    ab_share : float, optional
        Share of people, 0 to 1, who get the policy in an A/B test.
    switchback_months : int, optional
        Months of a period of a switchback, in which everybody has the policy by turns.
    by : str
        The outcome by which groups of gainers and losers are looked for.
    out : path, optional
        The folder; by default ``results/<name>-effects-<identity>`` in the current folder.
    replications, seed, months, sets, workers, cluster, engine, progress, allow_code
        As of `sim.run`.

    Returns
    -------
    Effects

    Raises
    ------
    InputError
        If the scenario or an argument is wrong: before anything runs.
    RunError
        If a run fails, or the results cannot be written.

    References
    ----------
    Hudgens & Halloran (2008), Toward causal inference with interference, JASA 103(482),
    doi:10.1198/016214508000000292 (direct and indirect effects).

    Examples
    --------
    >>> import sim
    >>> found = sim.effects("my.yaml", "value_tiers", months=2, replications=4, folds=2)
    >>> found.parts["part"].unique(maintain_order=True).to_list()[:3]
    ['whole', 'own', 'others']
    """
    selection, execution = divided(scenario, options)
    return effects_selection(
        selection,
        execution,
        policy,
        reference=reference,
        folds=folds,
        ab_share=ab_share,
        switchback_months=switchback_months,
        by=by,
        out=out,
    )


def effects_selection(
    selection: ScenarioSelection,
    execution: Execution,
    policy: str,
    *,
    reference: str | None = None,
    folds: int = 10,
    ab_share: float | None = None,
    switchback_months: int | None = None,
    by: str = "satisfaction",
    out: str | os.PathLike[str] | None = None,
) -> Effects:
    """Find a policy's effects in what is selected, as `effects` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    policy, reference, folds, ab_share, switchback_months, by, out
        As of `effects`.
    """
    if selection.policies:
        raise CommandError("policies: name the policy to look at, and its reference, instead")
    if by not in OUTCOMES:
        hint = nearest(by, list(OUTCOMES)) or f"There are {', '.join(OUTCOMES)}."
        raise CommandError(f"by: no outcome {by}. {hint}")
    reference = reference or _first_other(selection, policy)
    chosen = replace(selection, policies=[reference, policy])
    asked = Asked(policy, reference, folds, ab_share, switchback_months)
    study = _Study(chosen.scenario(), asked, by, None if out is None else Path(out))
    study.refuse_what_cannot_be()
    words = replace(selection, policies=None).words("effects", policy, *_flags(asked, by))
    _run_and_write(study, execution, command_line([*words, *_out(out)]))
    return read_effects(study.folder)


def _first_other(selection: ScenarioSelection, policy: str) -> str:
    others = [name for name in selection.scenario().policies if name != policy]
    if not others:
        raise CommandError(f"{policy} is the only policy: name a reference to compare it with")
    return others[0]


def _flags(asked: Asked, by: str) -> Iterator[str]:
    yield from ("--reference", asked.reference, "--folds", str(asked.folds))
    if asked.ab_share is not None:
        yield from ("--ab", f"{asked.ab_share:g}")
    if asked.switchback_months is not None:
        yield from ("--switchback", str(asked.switchback_months))
    if by != "satisfaction":
        yield from ("--by", by)


def _out(out: str | os.PathLike[str] | None) -> list[str]:
    return [] if out is None else ["--out", os.fspath(out)]


@dataclass(frozen=True, slots=True)
class _Study:
    """What is asked of which scenario, and where the answer goes."""

    scenario: Scenario
    asked: Asked
    by: str
    out: Path | None = field(default=None)

    @property
    def identity(self) -> str:
        """Return 12 hexadecimal digits that change with the world and with what is asked."""
        told = [fingerprint(self.scenario), asdict(self.asked), self.by, self.scenario.replications]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]

    @property
    def folder(self) -> Path:
        name = f"{self.scenario.name} effects {self.asked.policy}"
        return self.out or Path("results") / folder_name(name, self.identity)

    def refuse_what_cannot_be(self) -> None:
        """Refuse an argument out of its range, and a policy of which nobody can be kept out.

        Raises
        ------
        InputError
        """
        asked = self.asked
        if asked.policy == asked.reference:
            raise CommandError("reference: must be another policy")
        for name in (asked.policy, asked.reference):
            if self.scenario.policies[name].python is not None:
                rule = "is written in Python, and so decides about everybody at once"
                raise CommandError(f"{name} {rule}: nobody can be kept out of it")
        if not 0 <= asked.folds <= FOLDS:
            raise CommandError(f"folds: must be 0 to {FOLDS} (got {asked.folds})")
        if asked.ab_share is not None and not 0.0 < asked.ab_share < 1.0:
            raise CommandError(f"ab: must be above 0 and below 1 (got {asked.ab_share:g})")
        months = asked.switchback_months
        if months is not None and not 1 <= 2 * months <= self.scenario.months:
            raise CommandError(
                f"switchback: two periods of {months} months must fit into the "
                f"{self.scenario.months} months of a run"
            )
        if asked.folds or asked.ab_share is not None or months is not None:
            trial = {"control": asked.reference, "fold": 0, "folds": 2}
            override(self.scenario, {f"policies.{asked.policy}.trial": trial})


def _run_and_write(study: _Study, execution: Execution, command: str) -> None:
    started = datetime.now(UTC)
    scenario, folder = study.scenario, study.folder
    identity = {"fingerprint": study.identity}
    facts = {
        "kind": KIND,
        **identity,
        "name": scenario.name,
        "seed": scenario.seed,
        "months": scenario.months,
        "replications": scenario.replications,
        "model": model_version(),
        "engine": execution.chosen_engine(),
        "command": command,
        "versions": versions(__version__),
    }
    reserve(folder, identity, (SCENARIO, FACTS, PEOPLE, *(f"{name}.csv" for name in TABLES)))
    begin(folder, facts)
    kept = Replications(folder / RUNS / KIND, {**identity, "model": model_version()})
    with writing(folder, identity):
        kept.begin()
        _run_missing(study, execution, kept)
        save(
            folder,
            {
                SCENARIO: dump(relative_to(scenario, folder)).encode(),
                FACTS: (json.dumps(_facts(study), indent=1) + "\n").encode(),
                **_tables(study, kept),
                PEOPLE: kept.people(scenario.replications),
            },
            {**facts, "host": host(), **times(started, datetime.now(UTC))},
        )
        kept.discard()


def _facts(study: _Study) -> dict[str, object]:
    return {
        **asdict(study.asked),
        "by": study.by,
        "tiers": list(study.scenario.policies[study.asked.policy].tier_names()),
        "folds_in_all": FOLDS,
        "months": study.scenario.months,
    }


def _run_missing(study: _Study, execution: Execution, kept: Replications) -> None:
    """Run the replications that are not there, and keep each as soon as it is whole."""
    asked, tiers = study.asked, study.scenario.policies[study.asked.policy].tier_names()
    for number, ran in _replications(study, execution, kept):
        policy, reference = ran[POLICY].lives, ran[REFERENCE].lives
        lives = {asked.reference: reference, asked.policy: policy}
        kept.add(number, _found(study, number, ran), people_table(number, lives, tiers))


def _found(study: _Study, number: int, ran: Mapping[str, Ran]) -> Found:
    """Return what a replication gives, from the runs of all variants."""
    scenario, asked = study.scenario, study.asked
    policy, reference = ran[POLICY].lives, ran[REFERENCE].lives
    start = reference["cohort"] > 0
    effect = policy[study.by][start] - reference[study.by][start]
    found = Found(ran[REFERENCE].traits[start], effect)
    folds, in_all = kept_folds(scenario, asked)
    tiers = scenario.policies[asked.policy].tier_names()
    add_replication(found.sums, ran, tiers, folds, in_all)
    if AB_TEST in ran:
        found.experiments.add_ab_test(ran)
    if SWITCHBACK in ran and asked.switchback_months is not None:
        found.experiments.add_switchback(ran, scenario.seed, number, asked.switchback_months)
    return found


def _tables(study: _Study, kept: Replications) -> dict[str, bytes]:
    """Return the tables by file name, of all replications in their order."""
    sums, experiments = Sums(), Experiments()
    gainers = Gainers(study.scenario.replications)
    for number in range(study.scenario.replications):
        found = kept.read(number)
        sums.add(found.sums.as_data())
        experiments.add(found.experiments.as_data())
        gainers.add(number, found.traits, found.effect)
    tables = {
        "effects.csv": effects_table(sums),
        "parts.csv": parts_table(sums),
        "leaves.csv": leaves_table(study.by, gainers.leaves()),
        "experiments.csv": experiments_table(experiments.found()),
    }
    return {name: encode(table, name) for name, table in tables.items()}


def _replications(
    study: _Study, execution: Execution, kept: Replications
) -> Iterator[tuple[int, Mapping[str, Ran]]]:
    """Run all variants of what is missing, and yield a replication as soon as it is whole."""
    variants: Mapping[str, Variant] = variants_of(study.scenario, study.asked)
    every = plan(variants, study.scenario.replications)
    units = [unit for unit in every if not kept.has(unit.replication)]
    if not units:
        return
    run = partial(run_variant, engine=execution.engine)
    model = execution.model()
    with (
        execution.show_progress() as progress,
        execution.open_executor(model, len(units)) as executor,
    ):
        ran: dict[str, Ran] = {}
        for unit, lived in replicate(
            run, variants, units, executor, progress=progress, ahead=_AHEAD
        ):
            ran[unit.policy] = lived
            if len(ran) == len(variants):
                yield unit.replication, ran
                ran = {}
