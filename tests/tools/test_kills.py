"""A small sample of the kills; the whole is `python -m tests.tools.kills`, see there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="its commands run in forked processes")
@pytest.mark.parametrize(
    "words",
    [
        "--run 2 --sweep 1",
        pytest.param("--run 3 --sweep 3", marks=pytest.mark.whole),
        pytest.param("--run 0 --sweep 0 --steps 29", marks=pytest.mark.whole),
        pytest.param("--run 0 --sweep 0 --together 5", marks=pytest.mark.whole),
    ],
)
def test_nothing_is_lost(words):
    # In a process of its own, because one that has worked with tables cannot be forked.
    ran = subprocess.run(
        [sys.executable, "-m", "tests.tools.kills", *words.split()],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout.endswith("\n0 faults\n"), ran.stdout + ran.stderr
    assert ran.returncode == 0
