from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from synthetic_results import write_folder


@pytest.fixture
def results_folder(tmp_path: Path) -> Callable[..., Path]:
    return lambda **options: write_folder(tmp_path / "results", **options)


@pytest.fixture
def folder(results_folder: Callable[..., Path]) -> Path:
    return results_folder()


@pytest.fixture
def switching(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "switching", more="switch_month: 6\n")
