"""Hash every table of every shipped scenario and policy in both engines, to compare two checkouts.

    python tests/golden/same_bytes.py CHECKOUT before.json     # runs `python -m sim` in CHECKOUT
    python tests/golden/same_bytes.py . after.json
    python tests/golden/same_bytes.py --compare before.json after.json

It imports nothing of the project, so that the same file serves for any version. Each scenario runs
under its own policies, and again under all policies of the library that it can staff.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Months and replications by engine: the SimPy engine is slower by far.
RUNS = {"compiled": (12, 1), "simpy": (1, 1)}


def main(arguments: list[str]) -> int:
    """Hash the tables of a checkout, or compare two files of hashes."""
    if arguments[0] == "--compare":
        before, after = (json.loads(Path(name).read_text()) for name in arguments[1:])
        apart = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
        sys.stdout.write(f"{len({*before, *after})} tables, {len(apart)} differ\n")
        sys.stdout.writelines(f"{name}\n" for name in apart)
        return bool(apart)
    checkout, out = Path(arguments[0]).resolve(), Path(arguments[1])
    out.write_text(json.dumps(dict(_hashes(checkout)), indent=1))
    return 0


def _hashes(checkout: Path) -> Iterator[tuple[str, str]]:
    library = [path.stem for path in sorted(checkout.glob("sim/scenario/library/*.yaml"))]
    with tempfile.TemporaryDirectory() as folder:
        for scenario in sorted((checkout / "scenarios").glob("*.yaml")):
            everything = Path(folder) / f"all_{scenario.name}"
            policies: dict[str, object] = {name: {} for name in library}
            everything.write_text(json.dumps({"base": str(scenario), "policies": policies}))
            for file in (scenario, everything):
                for engine, (months, replications) in RUNS.items():
                    yield from _tables(checkout, file, engine, months, replications)


def _tables(
    checkout: Path, file: Path, engine: str, months: int, replications: int
) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        words = ["run", str(file), "--engine", engine, "--out", str(out), "--quiet"]
        words += ["--months", str(months), "-n", str(replications)]
        ran = subprocess.run(
            [sys.executable, "-m", "sim", *words],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        name = f"{file.name} {engine}"
        sys.stderr.write(f"{name}: {ran.returncode} {ran.stderr.strip()[-200:]}\n")
        if ran.returncode:
            yield name, f"exit {ran.returncode}"
            return
        for table in sorted([*out.glob("*.parquet"), *out.glob("*.csv")]):
            yield f"{name} {table.name}", hashlib.sha256(table.read_bytes()).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
