"""Machine code is made once for a machine, before work is shared out, and forgotten when unused."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.core.compile import cache_folder, forget_old
from sim.engine import simulate
from sim.execution.execution import model_of

ROOT = Path(__file__).parents[2]
DAY = 86_400


def test_what_was_compiled_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(simulate, "cache_folder", lambda: tmp_path)
    assert not simulate.is_compiled("compiled")
    simulate.compile_model("compiled")
    assert simulate.is_compiled("compiled")
    assert not simulate.is_compiled("simpy")


@pytest.mark.parametrize("compiled", [False, True])
def test_a_line_says_that_it_compiles(monkeypatch, capsys, compiled):
    done = []
    monkeypatch.setattr(simulate, "is_compiled", lambda name: compiled)
    monkeypatch.setattr(simulate, "compile_model", done.append)
    model_of("simpy")
    assert done == ([] if compiled else ["simpy"])
    assert ("Compiling the model, once for this machine" in capsys.readouterr().err) != compiled


def test_machine_code_that_nobody_uses_is_forgotten(tmp_path):
    for name, days in [
        ("evenhand-0123456789abcdef", 31),
        ("evenhand-fedcba9876543210", 29),
        ("elsewhere", 99),
    ]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "code").touch()
        then = time.time() - days * DAY
        os.utime(tmp_path / name, (then, then))
    forget_old(tmp_path)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["elsewhere", "evenhand-fedcba9876543210"]


def test_machine_code_in_use_is_not_forgotten():
    assert time.time() - cache_folder().stat().st_mtime < DAY


RUN = """
import hashlib
from sim.engine.compiled.loop import advance
from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping
mapping = {"name": "Any", "months": 2, "people": {"count": 300}, "policies": {"equal": {}}}
tallies = simulate(from_mapping(mapping), "equal", 0, "compiled")
print(hashlib.sha256(tallies.months.tobytes()).hexdigest(), sum(advance.stats.cache_hits.values()))
"""


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.whole
def test_two_processes_that_compile_at_once_do_no_harm(tmp_path):
    both = [start(tmp_path), start(tmp_path)]
    cold = [process.communicate(timeout=600)[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    warm, _ = (third := start(tmp_path)).communicate(timeout=600)
    assert third.returncode == 0
    assert [hits for _, hits in cold] == ["0", "0"]
    assert warm.split() == [cold[0][0], "1"]
    assert cold[0] == cold[1]
