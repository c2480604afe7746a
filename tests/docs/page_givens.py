"""What help and docstrings take for granted: samples, by the names that people give them."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.docs.pages import ROOT

SAMPLES = ROOT / "docs" / "samples"


def calls_and_purchases() -> None:
    """Copy a log of four weeks of calls, and one of half a year of purchases."""
    shutil.copy(SAMPLES / "telephone.csv", Path("calls.csv"))
    shutil.copy(SAMPLES / "purchases.csv", Path("purchases.csv"))
