import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[1]


def test_the_names_are_sorted_and_exist():
    assert sim.__all__ == sorted(sim.__all__)
    for name in sim.__all__:
        assert getattr(sim, name) is not None


def test_names_are_listed_before_they_are_used():
    assert set(sim.__all__) <= set(dir(sim))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'rnu'"):
        sim.rnu  # noqa: B018


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert sim.__version__ == project["version"]


def test_importing_is_light():
    code = (
        "import sys, sim; print([m for m in ('numpy', 'polars', 'pydantic') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
