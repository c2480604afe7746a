"""Pages that say what the code declares say it as it is now, and link to what is there."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest

from sim.scenario.dump import fingerprint
from sim.scenario.reading.load import load
from tests.docs.pages import PAGES, ROOT, anchors, links, sim_commands

EXAMPLE = ROOT / "results" / "example"
RENEW = "out of date: python docs/build.py reference"


def make_reference():
    spec = importlib.util.spec_from_file_location(
        "make_reference", ROOT / "docs" / "make_reference.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_current():
    made = make_reference()
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), RENEW
    assert made.MODEL.read_text(encoding="utf-8") == made.model_page(), RENEW


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_notebooks_links_lead_somewhere():
    notebook = ROOT / "docs" / "notebook.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")
    there = re.findall(r"\]\(([^)]+)\)", text)
    assert there
    assert all((notebook.parent / link).exists() for link in there)


def test_the_index_leads_to_every_page():
    index = ROOT / "docs" / "README.md"
    there = {path.name for path in (ROOT / "docs").iterdir() if path.suffix in (".md", ".ipynb")}
    assert there - {index.name} <= set(links(index))


def test_the_glossary_is_in_order_and_says_each_word_once():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")][1:]
    assert words == sorted(set(words), key=str.lower)


def test_the_example_run_is_that_of_its_command():
    documented = " ".join(sim_commands("results/README.md")[0])
    assert documented == "run scenarios/broadband.yaml --months 24 -n 5 --out results/example"
    manifest = json.loads((EXAMPLE / "manifest.json").read_text())
    scenario = load(ROOT / "scenarios" / "broadband.yaml", ["months=24", "replications=5"])
    assert manifest["fingerprint"] == fingerprint(scenario), "renew it: results/README.md"
    assert (manifest["months"], manifest["replications"]) == (24, 5)


def test_the_example_run_is_small():
    # What the repository keeps: neither the finished runs nor the other plots.
    kept = [*EXAMPLE.glob("*.*"), EXAMPLE / "plots" / "differences.svg"]
    assert sum(path.stat().st_size for path in kept) < 4.5e6
