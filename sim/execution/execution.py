"""How runs are carried out: in which engine, on how many workers, and what is shown of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypedDict

from sim.core.sources import model_version
from sim.execution.dask import Cluster
from sim.execution.executors import memory_here, open_executor, usable_cores
from sim.execution.garbage import begin_to_collect
from sim.execution.progress import Progress, note, progress_bar
from sim.scenario.schema.scenario import Scenario

__all__ = ["Execution", "ExecutionOptions", "Model", "model_of"]


_FOR_RUNS = 0.8  # of a machine's memory; the rest is for tables, pages and other programs


@dataclass(frozen=True, slots=True)
class Model:
    """What is run, and what reads numbers off it.

    Attributes
    ----------
    simulate : callable
        ``simulate(scenario, policy, replication)``, giving tallies; picklable.
    measuring : Measuring
        Turns tallies into measures (`sim.results.measuring_protocol.Measuring`).
    threads : bool
        Whether runs can go on side by side in threads rather than in processes.
    simulate_for_measures : callable, optional
        As `simulate`, in less time, for tallies of which only measures are read off.
    """

    simulate: Callable[[Any, str, int], Any]
    measuring: Any
    threads: bool = False
    simulate_for_measures: Callable[[Any, str, int], Any] | None = None

    @property
    def only_measured(self) -> Callable[[Any, str, int], Any]:
        """What is run where only measures are read off, by `measuring.whole` or `value`."""
        return self.simulate_for_measures or self.simulate


def model_of(engine: str) -> Model:
    """Return the model in an engine, compiled; a line on stderr says so if that takes time.

    Raises
    ------
    CommandError
        If there is no such engine.
    """
    from sim.core.compile import keeps_code
    from sim.engine.simulate import (
        chosen_engine,
        compile_model,
        is_compiled,
        simulate,
        simulate_for_measures,
    )
    from sim.model import measuring

    chosen = chosen_engine(engine)
    if not is_compiled(chosen):
        how_often = ", once for this machine and version" if keeps_code() else ""
        note(f"Compiling the model{how_often}: about a minute ...")
        compile_model(chosen)
    return Model(
        partial(simulate, engine=engine),
        measuring,
        threads=chosen == "compiled",
        simulate_for_measures=partial(simulate_for_measures, engine=engine),
    )


class ExecutionOptions(TypedDict, total=False):
    """Keywords of the public functions that say how runs are carried out."""

    engine: str
    workers: int | None
    cluster: str | None
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class Execution:
    """How runs are carried out. The numbers do not depend on it.

    Attributes
    ----------
    engine : {'auto', 'compiled', 'simpy'}
        What drives time.
    workers : int, optional
        Runs at a time, at least 1; by default as many as usable cores.
    cluster : str, optional
        Address of a Dask scheduler whose workers run in place of this machine's.
    progress : callable, optional
        Called with (runs done, runs in all); by default a bar is shown at a terminal.
    models : callable
        Gives the model in an engine; tests put a small one here.
    """

    engine: str = "auto"
    workers: int | None = None
    cluster: str | None = None
    progress: Progress | None = None
    models: Callable[[str], Model] = model_of

    @property
    def at_a_time(self) -> int:
        """How many runs there are at a time on this machine, at least 1."""
        return usable_cores() if self.workers is None else max(1, self.workers)

    def within_memory(self, run_bytes: float, runs: int | None = None) -> Execution:
        """Return it with no more runs at a time than this machine's memory has room for.

        That is said. Where `workers` is given, or other machines run them, it stays as it is.

        Parameters
        ----------
        run_bytes : float
            What a run takes, roughly, as `sim.scenario.run_size` estimates it.
        runs : int, optional
            How many there are, if that is known.
        """
        here = memory_here()
        if here is None or self.workers is not None or self.cluster is not None:
            return self
        room = max(1, int(_FOR_RUNS * here / run_bytes))
        wanted = usable_cores() if runs is None else min(usable_cores(), runs)
        if room >= wanted:
            return self
        note(
            f"Runs at a time: {room}, for which {here / 1e9:.0f} GB of memory have room at about "
            f"{run_bytes / 1e9:.1f} GB each. --workers sets another number."
        )
        return replace(self, workers=room)

    def chosen_engine(self) -> str:
        """Return the engine that the choice stands for where no policy is a Python class.

        Raises
        ------
        CommandError
            If there is no such engine.
        """
        from sim.engine.simulate import chosen_engine

        return chosen_engine(self.engine)

    def engines_of(self, scenario: Scenario) -> Mapping[str, str]:
        """Return the engine that each policy of a scenario runs in, by name.

        Raises
        ------
        CommandError
            If there is no such engine, or it cannot run a policy.
        """
        from sim.engine.simulate import engines_of

        return engines_of(scenario, self.engine)

    def model(self, *, python: bool = False) -> Model:
        """Return the model to run.

        Parameters
        ----------
        python : bool
            Whether a policy is a Python class. It holds the interpreter, so that threads would
            take turns.
        """
        model = self.models(self.engine)
        return replace(model, threads=False) if python else model

    def open_executor(
        self, model: Model, runs: int | None = None
    ) -> AbstractContextManager[Executor]:
        """Open what runs the model, as `sim.execution.executors.open_executor`.

        Parameters
        ----------
        model : Model
        runs : int, optional
            How many runs there will be; more workers than that are not started.
        """
        begin_to_collect()
        cluster = None if self.cluster is None else Cluster(self.cluster, model_version)
        return open_executor(self.workers, runs, threads=model.threads, cluster=cluster)

    def show_progress(self) -> AbstractContextManager[Progress]:
        """Show the progress while a ``with`` block lasts: yields what is called with it."""
        return progress_bar() if self.progress is None else nullcontext(self.progress)
