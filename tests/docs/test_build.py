"""What is built and kept is current, where finding out is cheap, and no more is kept than shown."""

from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.reading.load import load
from sim.scenario.shipped import shipped
from tests.docs.pages import PAGES, ROOT, links, sim_commands

BUILD = ROOT / "docs" / "build.py"
EXAMPLE = ROOT / "results" / "example"
PICTURES = (".svg", ".png", ".pdf")


def build():
    spec = importlib.util.spec_from_file_location("build", BUILD)
    module = importlib.util.module_from_spec(spec)
    sys.modules["build"] = module
    spec.loader.exec_module(module)
    return module


def test_it_lists_what_can_be_built():
    ran = subprocess.run(
        [sys.executable, BUILD], capture_output=True, text=True, check=True, cwd="/"
    )
    listed = [line.split()[0] for line in ran.stdout.splitlines()]
    assert listed == [artefact.name for artefact in build().ARTEFACTS]


def test_what_can_be_built_is_there():
    written = [path for artefact in build().ARTEFACTS for path in artefact.writes]
    assert [path for path in written if not (ROOT / path).exists()] == []


def test_a_misspelt_name_is_refused():
    ran = subprocess.run(
        [sys.executable, BUILD, "refrence"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "nothing is called refrence; there are reference, " in ran.stderr


def test_the_commands_that_build_are_the_documented_ones():
    artefacts = {artefact.name: artefact for artefact in build().ARTEFACTS}
    (command,) = artefacts["example"].commands
    assert list(command[3:]) == sim_commands("results/README.md")[0]


def shown_pictures() -> set[Path]:
    return {(page.parent / link).resolve() for page in PAGES for link in links(page)}


def test_the_repository_keeps_only_pictures_that_a_page_shows():
    ran = subprocess.run(
        ["git", "ls-files", "docs", "results"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        pytest.skip("not a checkout of git")
    kept = {ROOT / line for line in ran.stdout.splitlines() if line.endswith(PICTURES)}
    assert kept
    assert sorted(kept - shown_pictures()) == []


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def close(kept: str, found: str) -> bool:
    try:
        return float(found) == pytest.approx(float(kept), rel=1e-9, abs=1e-12)
    except ValueError:
        return kept == found


def test_the_examples_tables_are_those_of_this_model(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    words = sim_commands("results/README.md")[0]
    words = [*words[:-1], str(tmp_path / "example"), "--quiet"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    for name in ("summary.csv", "differences.csv", "hypotheses.csv"):
        kept, found = table(EXAMPLE / name), table(tmp_path / "example" / name)
        assert len(kept) == len(found), "out of date: python docs/build.py example"
        for old, new in zip(kept, found, strict=True):
            pairs = zip(old, new, strict=True)
            assert all(close(*pair) for pair in pairs), "out of date: python docs/build.py example"


def test_the_page_of_claims_has_every_hypothesis_and_value_tried():
    text = " ".join((ROOT / "docs" / "claims.md").read_text(encoding="utf-8").split())
    missing = [
        (name, one.name)
        for name in shipped()
        for one in load(name).hypotheses
        if f"**{one.name}** (`{name}`): " not in text or f"`{one.claim}`" not in text
    ]
    assert missing == [], "out of date: python docs/build.py claims"


def test_the_page_of_claims_has_tables_only():
    text = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert not re.search(r"!\[", text), "build it without plots: python docs/build.py claims"


def test_ci_takes_the_pythons_that_the_project_declares():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    oldest, beyond = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project).groups()
    declared = [f"3.{minor}" for minor in range(int(oldest), int(beyond))]
    assert re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project) == declared
    assert f"(3, {oldest}) <= sys.version_info[:2] <= (3, {int(beyond) - 1})" in script
    candidates = re.search(r"^for candidate in (.*); do$", script, re.MULTILINE)[1].split()
    assert {name.removeprefix("python") for name in candidates} - {"3"} == set(declared)
    newest = re.search(r"for minor in (.*); do", script)[1].split()
    assert [f"3.{minor}" for minor in reversed(newest)] == declared[1:]
