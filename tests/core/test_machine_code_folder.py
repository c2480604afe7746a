"""Where machine code is kept, and what is said and left behind where it cannot be."""

import os
import subprocess
import sys

import pytest

START = """
import subprocess, sys
from sim.core.compile import cache_folder, keeps_code
print(cache_folder(), keeps_code(), cache_folder().is_dir(), flush=True)
if len(sys.argv) < 2:
    subprocess.run([sys.executable, "-c", {script}, "again"], check=True)
"""


def started(tmp_path, cache):
    """Start Python twice, the second time from the first; return the lines and stderr."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = "script = {!r}\n" + START.format(script="script.format(script)")
    settings = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "TMPDIR": str(temporary)}
    ended = subprocess.run(
        [sys.executable, "-c", script.format(script)],
        env=settings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ended.stdout.splitlines(), ended.stderr, list(temporary.iterdir())


def test_a_folder_that_can_be_written_keeps_the_code(tmp_path):
    lines, said, left = started(tmp_path, tmp_path / "cache")
    assert said == ""
    assert left == []
    assert lines[0].startswith(str(tmp_path / "cache"))
    assert lines[0].endswith(" True True")
    assert lines[1] == lines[0]


@pytest.mark.parametrize("below", ["", "deeper"])
def test_without_one_that_is_said_once_and_nothing_is_left(tmp_path, below):
    (tmp_path / "file").write_text("no folder")
    lines, said, left = started(tmp_path, tmp_path / "file" / below)
    assert said.count("cannot be kept") == 1
    assert "set NUMBA_CACHE_DIR to a folder that can be written" in said
    assert left == []
    assert lines[0].endswith(" False True")
    assert lines[1] == lines[0]  # what one process compiles, those that it starts load
