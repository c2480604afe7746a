"""The command line: what it prints, where, and the exit code."""

import json
import re
import subprocess
import sys
import types

import pytest
import typer
from typer.testing import CliRunner

from sim.cli import COMMANDS, app
from sim.errors import RunError
from sim.scenario import shipped

HEAVY = ["numba", "polars", "matplotlib", "scipy", "simpy", "sklearn", "jinja2"]
NOT_FOR_HELP = [*HEAVY, "numpy", "pydantic", "yaml", "rich"]


def call(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def _measures(monkeypatch):
    churn = types.SimpleNamespace(
        name="churn_rate",
        unit="share",
        title="Share of customers who leave.",
        formula="left / customers",
        direction="lower is better",
        source="Bolton 1998",
    )
    fake = types.ModuleType("sim.measures.definitions")
    fake.MEASURES = {"churn_rate": churn}
    monkeypatch.setitem(sys.modules, "sim.measures.definitions", fake)


def test_alone_says_what_to_do_next():
    told = call()
    assert told.exit_code == 0
    assert "sim new my.yaml" in told.stdout


@pytest.mark.parametrize(
    "command", ["check", "story", "schema", "explain", "new", "policies", "scenarios", "measures"]
)
def test_every_command_helps_with_an_example(command):
    told = call(command, "--help")
    assert told.exit_code == 0
    assert f"Example: sim {command}" in told.stdout


@pytest.mark.parametrize("columns", ["80", "40"])
@pytest.mark.parametrize("command", [one.__name__ for p in COMMANDS.values() for one in p])
def test_no_name_is_cut_in_help(command, columns):
    told = CliRunner().invoke(app, [command, "-h"], env={"COLUMNS": columns}).stdout
    assert "…" not in told
    built = typer.main.get_command(app).get_command(None, command)
    for option in (name for one in built.params for name in one.opts if name.startswith("--")):
        assert re.search(rf"{option}\b", told), option
    assert max(map(len, told.splitlines())) <= max(int(columns), 45)  # a key has no place to break


def test_both_help_options_say_the_same():
    for words in ([], ["run"]):
        assert call(*words, "-h").stdout == call(*words, "--help").stdout != ""


def test_explain_alone_lists_the_sections():
    told = call("explain")
    assert told.exit_code == 0
    names = {one["name"] for one in json.loads(call("explain", "--json").stdout)}
    assert {"people", "desk", "behaviour", "policies", "sweep"} <= names
    assert all(f"\n{name} " in f"\n{told.stdout}" for name in names)


@pytest.mark.parametrize("arguments", [["chek"], ["check"], ["check", "--no-such"], ["--no-such"]])
def test_wrong_usage_is_2(arguments):
    told = call(*arguments)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr


def test_new_then_check(tmp_path):
    file = tmp_path / "my.yaml"
    assert call("new", file).exit_code == 0
    told = call("check", file)
    assert told.exit_code == 0
    assert "sound. My company" in told.stdout
    answer = json.loads(call("check", file, "--json", "--policy", "equal").stdout)
    assert answer["sound"]
    assert answer["policies"] == ["equal"]


def test_new_overwrites_only_by_force(tmp_path):
    file = tmp_path / "my.yaml"
    file.write_text("mine")
    told = call("new", file)
    assert (told.exit_code, file.read_text()) == (2, "mine")
    assert "--force" in told.stderr
    assert call("new", file, "--force").exit_code == 0
    assert call("new", tmp_path / "nowhere" / "my.yaml").exit_code == 2


def test_check_tells_faults_on_stderr(tmp_path):
    file = tmp_path / "my.yaml"
    file.write_text("name: a\n")
    told = call("check", file, "--set", "months=x", "--policy", "nobody")
    assert (told.exit_code, told.stdout) == (2, "")
    assert len(told.stderr.splitlines()) == 2


def test_schema_is_json():
    assert json.loads(call("schema").stdout)["title"] == "Scenario"


def test_lists():
    assert "equal " in call("policies").stdout
    assert json.loads(call("policies", "--json").stdout)[0]["name"] == "equal"
    assert call("scenarios").exit_code == 0
    assert isinstance(json.loads(call("scenarios", "--json").stdout), list)


@pytest.mark.usefixtures("_measures")
def test_measures_and_their_meaning():
    assert call("measures").stdout == "churn_rate  Share of customers who leave. [share]\n"
    assert json.loads(call("measures", "--json").stdout)[0]["formula"] == "left / customers"
    assert "Bolton 1998" in call("explain", "churn_rate").stdout


@pytest.mark.usefixtures("_measures")
def test_explain():
    told = call("explain", "retell")
    assert told.stdout.startswith("behaviour.talk.retell\n")
    assert "probability" in told.stdout
    assert json.loads(call("explain", "retell", "--json").stdout)["default"] == "0.02"
    wrong = call("explain", "retel")
    assert wrong.exit_code == 2
    assert "Did you mean" in wrong.stderr


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (RunError("lost"), 1)])
def test_what_goes_wrong_later_has_its_exit_code(monkeypatch, error, code):
    def fail():
        raise error

    monkeypatch.setattr(shipped, "library", fail)
    told = call("policies")
    assert told.exit_code == code
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        *((words, NOT_FOR_HELP) for words in ("--help", "--version")),
        *((words, HEAVY) for words in ("check my.yaml", "schema", "policies", "scenarios")),
    ],
)
def test_light_commands_import_nothing_heavy(arguments, heavy, tmp_path):
    (tmp_path / "my.yaml").write_text("name: a\n")
    code = (
        "import sys\n"
        "from sim.cli import app\n"
        f"try:\n    app({arguments.split()!r})\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"heavy = [name for name in {heavy!r} if name in sys.modules]\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": repository()},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def repository():
    from pathlib import Path

    return str(Path(__file__).parents[2])


FEW_LETTERS = """
import sys
from contextlib import suppress
from rich.console import Console
from sim.cli import main
sys.argv = ["sim", "--version"]
with suppress(SystemExit):
    main()
Console().print("1 \\u00b1 2")
"""


def test_a_terminal_of_few_letters_costs_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FEW_LETTERS],
        env={"PYTHONPATH": repository(), "PYTHONIOENCODING": "ascii"},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("1 ? 2\n")


def test_a_module_is_the_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sim", "check", "nowhere.yaml"],
        cwd=repository(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nowhere.yaml: does not exist.\n"


THREADS = """
import sys
from contextlib import suppress
from sim.cli import main
sys.argv = ["sim", "--version"]
with suppress(SystemExit):
    main()
import numpy.linalg, scipy.linalg
from threadpoolctl import threadpool_info
print(*(found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"))
"""


def test_linear_algebra_takes_one_thread():
    done = subprocess.run(
        [sys.executable, "-c", THREADS],
        cwd=repository(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.splitlines()[-1].split()) <= {"1"}
