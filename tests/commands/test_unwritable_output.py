"""Where standard output takes nothing, or a file cannot be written, one line says so."""

import errno
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import sim.results.atomic as atomic_module
from sim.cli import app, main

FULL = Path("/dev/full")


@pytest.fixture
def run_into(monkeypatch, capsys):
    """Run the command line with standard output going to a file; return the code and stderr."""

    def run(path, *words):
        monkeypatch.setattr(sys, "argv", ["sim", *words])
        with open(path, "w") as stream:  # noqa: PTH123 - what the shell's > opens
            monkeypatch.setattr(sys, "stdout", stream)
            with pytest.raises(SystemExit) as ended:
                main()
        monkeypatch.undo()
        return ended.value.code, capsys.readouterr().err

    return run


@pytest.mark.skipif(not FULL.exists(), reason="has no device that is always full")
@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--help",),
        ("--version",),
        ("run", "--help"),
        ("policies",),
        ("measures", "--json"),
        ("schema",),
        ("explain", "months"),
        ("check", "broadband"),
    ],
)
def test_a_full_output_is_said_in_one_line(run_into, words):
    code, said = run_into(FULL, *words)
    assert code == 1
    assert said == "cannot write to standard output: No space left on device.\n"


def test_wrong_usage_is_still_told(run_into, tmp_path):
    code, said = run_into(tmp_path / "out", "chek")
    assert code == 2
    assert "Did you mean `check`?" in said


@pytest.mark.skipif(not FULL.exists(), reason="has no device that is always full")
def test_the_process_ends_without_a_traceback():
    with FULL.open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "sim", "scenarios"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr == "cannot write to standard output: No space left on device.\n"


def full_disk(path, content):
    path.write_bytes(content[:100])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("words", [[], ["--force"]])
def test_a_new_scenario_on_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, words):
    file = tmp_path / "my.yaml"
    if words:
        file.write_text("mine")
    before = [path.name for path in tmp_path.iterdir()]
    monkeypatch.setattr(atomic_module, "write_draft", full_disk)
    told = CliRunner().invoke(app, ["new", str(file), *words])
    assert told.exit_code == 2
    assert told.stderr == f"{file}: cannot be written: No space left on device.\n"
    assert [path.name for path in tmp_path.iterdir()] == before
    assert not words or file.read_text() == "mine"


def test_a_device_is_not_replaced_by_a_scenario(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told = CliRunner().invoke(app, ["new", str(pipe), "--force"])
    assert told.exit_code == 2
    assert "exists already. Choose another name." in told.stderr
    assert pipe.is_fifo()


def test_a_warning_is_a_line_that_acts_on_no_terminal(run_into, tmp_path, monkeypatch):
    def policies(as_json):
        warnings.warn("\x1b[2Jsound", RuntimeWarning, stacklevel=1)

    command = typer.main.get_command(app).get_command(None, "policies")
    monkeypatch.setattr(command, "callback", policies)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        code, said = run_into(tmp_path / "out", "policies")
    assert (code, said) == (0, "Warning: \\x1b[2Jsound\n")
