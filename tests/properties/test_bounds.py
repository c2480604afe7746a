"""No index leaves its array: both engines run, and agree, in code that checks every one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ASTRAY = """
import numpy as np
from sim.core.compile import jitted

@jitted
def third(values, place):
    return values[place]

@jitted
def astray(values):
    return third(values, 3)

try:
    astray(np.arange(3.0))
except IndexError:
    print("found")
"""


def checked(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with every index checked; such machine code is kept apart from the ordinary."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | {"NUMBA_BOUNDSCHECK": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


def test_an_index_astray_is_found():
    assert checked("-c", ASTRAY).stdout == "found\n"


@pytest.mark.whole
def test_engines_agree_with_every_index_checked():
    words = ["-m", "pytest", "-q", "-x", "-m", "not slow and not whole"]
    ran = checked(*words, "tests/properties/test_two_engines.py")
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert " passed" in ran.stdout
