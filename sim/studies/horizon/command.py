"""``sim horizon``."""

from __future__ import annotations

from sim.commands.options import Folder, Json, as_json_text
from sim.commands.output import print_renderable, print_text

__all__ = ["horizon"]


def horizon(
    folder: Folder,
    as_json: Json = False,
) -> None:
    """Say whether a run reaches a steady state: its warm-up, or what still changes at its end.

    Example: sim horizon results/broadband-provider-0123456789ab
    """
    from sim.report.kit.catalogue import KEY_MEASURES
    from sim.results.read import open_results
    from sim.studies.horizon.analysis import horizon_of
    from sim.studies.horizon.terminal import horizon_summary, sentence

    result = horizon_of(open_results(folder), KEY_MEASURES)
    if as_json:
        facts = {
            "stationary": result.stationary,
            "overloaded": result.overloaded,
            "reasons": list(result.reasons),
        }
        rows = result.table.to_dicts()
        print_text(as_json_text({**facts, "advice": sentence(result), "table": rows}))
    else:
        print_renderable(horizon_summary(result))
