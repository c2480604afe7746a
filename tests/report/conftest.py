from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from tests.report.synthetic_results import write_folder


@pytest.fixture
def results_folder(tmp_path: Path) -> Callable[..., Path]:
    return lambda **options: write_folder(tmp_path / "results", **options)


@pytest.fixture(scope="session")
def lived_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("once") / "results")


@pytest.fixture
def folder(lived_once: Path, tmp_path: Path) -> Path:
    return Path(copytree(lived_once, tmp_path / "results"))


@pytest.fixture
def switching(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "switching", more="switch_month: 6\n")
