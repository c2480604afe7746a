"""Build what the repository keeps but nobody writes by hand: pages, tables, plots, the example run.

    python docs/build.py                     # what there is, what it writes, how long it takes
    python docs/build.py reference claims    # build these
    python docs/build.py all                 # build everything, about two hours on two cores

Run it after a change of the model, and commit what it wrote together with the change. Tests say
what is out of date, where finding out takes seconds.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
_PYTHON = sys.executable
_SIM = (_PYTHON, "-m", "sim")
_PAGES = (_PYTHON, "-m", "tests.docs.page_runs")
_CLAIMS = "claims -n 12 --worlds 300 --report --no-plots"
_EXAMPLE = "run scenarios/broadband.yaml --months 24 -n 5 --out results/example"


@dataclass(frozen=True)
class Artefact:
    """Something that is built.

    Attributes
    ----------
    name : str
    writes : tuple of str
        Files, or folders, below the top of the repository.
    takes : str
        How long, on two cores.
    commands : tuple of tuple of str
        What builds it, in order, from the top of the repository.
    cleared : str
        A folder that is deleted first, since its command refuses to replace another scenario's.
    """

    name: str
    writes: tuple[str, ...]
    takes: str
    commands: tuple[tuple[str, ...], ...]
    cleared: str = ""


PAGES = ("tutorial", "guide", "experiments", "export_to_decision")

ARTEFACTS = (
    Artefact(
        "reference",
        ("docs/reference.md", "docs/model.md"),
        "seconds",
        ((_PYTHON, "docs/make_reference.py"),),
    ),
    Artefact(
        "ablations", ("docs/ablations.md",), "seconds", ((_PYTHON, "docs/make_ablations.py"),)
    ),
    Artefact(
        "example",
        ("results/example",),
        "half a minute",
        ((*_SIM, *_EXAMPLE.split()),),
        cleared="results/example",
    ),
    Artefact(
        "pages",
        (
            *("docs/tutorial.md", "docs/tutorial", "docs/guide.md", "docs/experiments.md"),
            "docs/export_to_decision.md",
        ),
        "3 minutes",
        (tuple((*_PAGES, f"docs/{name}.md") for name in PAGES)),
    ),
    Artefact(
        "notebook", ("docs/notebook.ipynb",), "1 minute", ((_PYTHON, "-m", "tests.docs.notebook"),)
    ),
    Artefact(
        "validation",
        ("docs/validation.md", "docs/validation"),
        "5 minutes",
        ((*_SIM, "verify", "--report"),),
    ),
    Artefact(
        "field",
        ("docs/field.md", "docs/field.json"),
        "8 minutes",
        ((*_SIM, "verify", "--field", "--report"),),
    ),
    Artefact(
        "claims",
        ("docs/claims.md",),
        "70 minutes on an idle machine",
        ((*_SIM, *_CLAIMS.split()),),
    ),
    Artefact("answer", ("docs/answer.md",), "half an hour", ((_PYTHON, "docs/make_answer.py"),)),
    Artefact(
        "performance",
        ("docs/performance",),
        "10 minutes on an idle machine",
        ((_PYTHON, "-m", "benchmarks", "model", "--out", "docs/performance"),),
    ),
    Artefact(
        "golden",
        ("tests/golden/monthly.csv",),
        "seconds",
        ((_PYTHON, "-m", "tests.golden.regenerate"),),
    ),
)


def main(words: Sequence[str] | None = None) -> int:
    """List what can be built, or build what is named."""
    names = [artefact.name for artefact in ARTEFACTS]
    parser = argparse.ArgumentParser(prog="python docs/build.py", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join([*names, "all"]))
    asked = parser.parse_args(words).names
    unknown = sorted({*asked} - {*names, "all"})
    if unknown:
        parser.error(f"nothing is called {', '.join(unknown)}; there are {', '.join(names)}")
    if not asked:
        sys.stdout.write(listing())
    for artefact in ARTEFACTS:
        if artefact.name in asked or "all" in asked:
            build(artefact)
    return 0


def listing() -> str:
    """Return a line for each thing that can be built."""
    rows = [(one.name, one.takes, ", ".join(one.writes)) for one in ARTEFACTS]
    return "".join(f"{name:12} {takes:30} {writes}\n" for name, takes, writes in rows)


def build(artefact: Artefact) -> None:
    """Build one thing.

    Raises
    ------
    subprocess.CalledProcessError
        If one of its commands fails.
    """
    if artefact.cleared:
        shutil.rmtree(TOP / artefact.cleared, ignore_errors=True)
    for command in artefact.commands:
        shown = " ".join(("python" if word == _PYTHON else word) for word in command)
        sys.stdout.write(f"{artefact.name}: {shown}\n")
        sys.stdout.flush()
        subprocess.run(command, cwd=TOP, check=True)


if __name__ == "__main__":
    raise SystemExit(main())
