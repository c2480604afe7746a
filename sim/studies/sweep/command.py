"""``sim sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.completion import measure_names, results_folders
from sim.commands.options import Json, Out, as_json_text, with_options
from sim.commands.output import print_text
from sim.errors import CommandError, RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.execution.execution import Execution
    from sim.execution.selection import ScenarioSelection

__all__ = ["sweep"]

_PARTS = "Options: several machines"


@with_options()
def sweep(
    *,
    selection: ScenarioSelection,
    execution: Execution,
    points: Annotated[int | None, typer.Option(help="Points of a sampled design.")] = None,
    so_far: Annotated[
        bool, typer.Option("--so-far", help="Run nothing; write the tables of finished runs.")
    ] = False,
    estimate: Annotated[
        bool,
        typer.Option("--estimate", help="Run nothing; say how long it takes and what it keeps."),
    ] = False,
    part: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Run only this share of the runs, such as 3/20; on any machines, at any time.",
            rich_help_panel=_PARTS,
        ),
    ] = None,
    merge: Annotated[
        bool,
        typer.Option(
            "--merge",
            help="Write the tables when all parts are done, the same as one machine's.",
            rich_help_panel=_PARTS,
        ),
    ] = False,
    parts_from: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="With --merge: a folder in which a part ran elsewhere (repeatable).",
            exists=True,
            autocompletion=results_folders,
            rich_help_panel=_PARTS,
        ),
    ] = None,
    out: Out = None,
    measure: Annotated[
        str,
        typer.Option(metavar="NAME", help="What --plot draws.", autocompletion=measure_names),
    ] = "profit_discounted",
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw it against the one setting that varies, or the best policy over two.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run the design under `sweep`. Stop it at any time: the same command continues it.

    More points or replications extend what is there.

    Example: sim sweep capacity.yaml -n 20 --workers 2
    """
    from sim.report.kit.canvas import save_figure
    from sim.studies.sweep.api import merge_parts, sweep_selection

    _check_together(
        {"--so-far": so_far, "--estimate": estimate, "--part": part, "--merge": merge},
        {"--from": parts_from and not merge, "--plot": plot and (part or estimate)},
    )
    if estimate:
        _print_estimate(selection, execution, points, out, as_json)
        return
    if part is not None:
        _run_part(selection, execution, part, points, out, as_json)
        return
    result = (
        merge_parts(selection, execution, parts_from or (), points=points, out=out)
        if merge
        else sweep_selection(selection, execution, points=points, out=out, so_far=so_far)
    )
    if plot is not None:
        save_figure(result.plot(measure), plot)
    if as_json:
        print_text(as_json_text(result.as_data()))
    for sentence in result.answer():
        print_text(sentence, err=as_json)
    runs = result.results.manifest["runs"]
    print_text(f"{len(result)} points, {runs} runs: {result.folder}", err=as_json)
    print_text(f"Report: {result.build_report()}", err=as_json)
    _raise_failures(result.folder, result.failed["point"].n_unique(), len(result))


def _check_together(exclusive: Mapping[str, object], useless: Mapping[str, object]) -> None:
    """Refuse options that exclude each other, and those that would have no effect."""
    given = [name for name, value in exclusive.items() if value]
    if len(given) > 1:
        raise CommandError(f"{' and '.join(given)}: leave all but one out")
    idle = [name for name, value in useless.items() if value]
    if idle:
        raise CommandError(f"{idle[0]}: has no effect here; see: sim sweep --help")


def _print_estimate(
    selection: ScenarioSelection,
    execution: Execution,
    points: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    from sim.studies.sweep.api import estimate_sweep

    size = estimate_sweep(selection, execution, points=points, out=out)
    print_text(as_json_text(size.as_data()) if as_json else str(size))


def _run_part(
    selection: ScenarioSelection,
    execution: Execution,
    text: str,
    points: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    from sim.studies.sweep.api import sweep_part
    from sim.studies.sweep.parts import read_part

    done = sweep_part(selection, execution, read_part(text), points=points, out=out)
    if as_json:
        facts = {"folder": str(done.folder), "part": str(done.part), "runs": done.runs}
        print_text(as_json_text({**facts, "failed": done.failed, "errors": list(done.errors)}))
    else:
        print_text(f"Part {done.part}: {done.runs - done.failed:,} of {done.runs:,} runs are done.")
        print_text(f"In {done.folder}. When all parts are: the same command with --merge.")
    if done.failed:
        raise RunError(f"{done.failed:,} runs failed: {'; '.join(done.errors[:3])}")


def _raise_failures(folder: Path, failed: int, points: int) -> None:
    if failed:
        raise RunError(
            f"{failed} of {points} points failed and are left out; {folder / 'failed.csv'} says "
            "why. The same command tries them again."
        )
