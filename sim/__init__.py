"""Evenhand asks whether all customers should be treated equally.

Run the same people, with the same luck, under several policies of service::

    import sim

    result = sim.run("scenarios/broadband.yaml", replications=10)
    result.summary()
    result.compare("equal")
    result.plot("customers")

Importing this package is light; what a name needs is imported when the name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sim._version import __version__

if TYPE_CHECKING:
    from sim.scenario.reading.load import load
    from sim.studies.best.api import best
    from sim.studies.best.result import Best, read_best
    from sim.studies.calibrate.api import Calibration, calibrate
    from sim.studies.calibrate.kpi_fit import Minds, calibrate_minds
    from sim.studies.claims.api import Claims, claims
    from sim.studies.compare.api import Comparison, compare
    from sim.studies.decompose.api import Decomposed, decompose
    from sim.studies.effects.api import effects
    from sim.studies.effects.result import Effects, read_effects
    from sim.studies.explore.api import explore
    from sim.studies.export.api import export
    from sim.studies.robust.api import robust
    from sim.studies.robust.result import Robust, read_robust
    from sim.studies.run.api import run
    from sim.studies.run.result import Result, read
    from sim.studies.story.api import Story, story
    from sim.studies.sweep.api import sweep
    from sim.studies.sweep.result import Sweep, read_sweep
    from sim.studies.sweep.sensitivity.api import Sensitivity, sensitivity
    from sim.studies.verify.api import Verification, verify

__all__ = [
    "Best",
    "Calibration",
    "Claims",
    "Comparison",
    "Decomposed",
    "Effects",
    "Minds",
    "Result",
    "Robust",
    "Sensitivity",
    "Story",
    "Sweep",
    "Verification",
    "__version__",
    "best",
    "calibrate",
    "calibrate_minds",
    "claims",
    "compare",
    "decompose",
    "effects",
    "explore",
    "export",
    "load",
    "read",
    "read_best",
    "read_effects",
    "read_robust",
    "read_sweep",
    "robust",
    "run",
    "sensitivity",
    "story",
    "sweep",
    "verify",
]

_HOMES = {
    "Best": "sim.studies.best.result",
    "Calibration": "sim.studies.calibrate.api",
    "Claims": "sim.studies.claims.api",
    "Comparison": "sim.studies.compare.api",
    "Decomposed": "sim.studies.decompose.api",
    "Effects": "sim.studies.effects.result",
    "Minds": "sim.studies.calibrate.kpi_fit",
    "Result": "sim.studies.run.result",
    "Robust": "sim.studies.robust.result",
    "Sensitivity": "sim.studies.sweep.sensitivity.api",
    "Story": "sim.studies.story.api",
    "Sweep": "sim.studies.sweep.result",
    "best": "sim.studies.best.api",
    "calibrate": "sim.studies.calibrate.api",
    "calibrate_minds": "sim.studies.calibrate.kpi_fit",
    "claims": "sim.studies.claims.api",
    "compare": "sim.studies.compare.api",
    "decompose": "sim.studies.decompose.api",
    "effects": "sim.studies.effects.api",
    "export": "sim.studies.export.api",
    "Verification": "sim.studies.verify.api",
    "explore": "sim.studies.explore.api",
    "load": "sim.scenario.reading.load",
    "read": "sim.studies.run.result",
    "read_best": "sim.studies.best.result",
    "read_effects": "sim.studies.effects.result",
    "read_robust": "sim.studies.robust.result",
    "read_sweep": "sim.studies.sweep.result",
    "robust": "sim.studies.robust.api",
    "run": "sim.studies.run.api",
    "sensitivity": "sim.studies.sweep.sensitivity.api",
    "story": "sim.studies.story.api",
    "sweep": "sim.studies.sweep.api",
    "verify": "sim.studies.verify.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
