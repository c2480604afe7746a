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

if TYPE_CHECKING:
    from sim.api import run
    from sim.calibration import Calibration, calibrate
    from sim.lives import Story, story
    from sim.outcome import Result, read
    from sim.scenario import load
    from sim.studies.claims import Claims, claims
    from sim.studies.compare import Comparison, compare
    from sim.studies.sensitivity import Sensitivity, sensitivity
    from sim.studies.sweep import sweep
    from sim.studies.sweep_result import Sweep, read_sweep
    from sim.verification import Verification, verify

__all__ = [
    "Calibration",
    "Claims",
    "Comparison",
    "Result",
    "Sensitivity",
    "Story",
    "Sweep",
    "Verification",
    "__version__",
    "calibrate",
    "claims",
    "compare",
    "load",
    "read",
    "read_sweep",
    "run",
    "sensitivity",
    "story",
    "sweep",
    "verify",
]

__version__ = "0.1.0"

_HOMES = {
    "Calibration": "sim.calibration",
    "Claims": "sim.studies.claims",
    "Comparison": "sim.studies.compare",
    "Result": "sim.outcome",
    "Sensitivity": "sim.studies.sensitivity",
    "Story": "sim.lives",
    "Sweep": "sim.studies.sweep_result",
    "calibrate": "sim.calibration",
    "claims": "sim.studies.claims",
    "compare": "sim.studies.compare",
    "Verification": "sim.verification",
    "load": "sim.scenario",
    "read": "sim.outcome",
    "read_sweep": "sim.studies.sweep_result",
    "run": "sim.api",
    "sensitivity": "sim.studies.sensitivity",
    "story": "sim.lives",
    "sweep": "sim.studies.sweep",
    "verify": "sim.verification",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
