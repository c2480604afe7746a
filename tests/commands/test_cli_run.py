import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.other_model import command_on, execution_of
from tests.results import fake_model

ROOT = Path(__file__).parents[2]


def simulate(scenario, policy, replication):
    return fake_model.FakeTallies(policy, replication, scenario.months)


@pytest.fixture
def sim(monkeypatch, tmp_path):
    """Call the command line in a folder with a scenario, on a model of a few lines."""
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text("name: Mine\nmonths: 2\nreplications: 2\n")
    return command_on(execution_of(simulate, fake_model.MEASURING))


def test_run_shows_the_table_and_says_where_the_report_is(sim):
    ran = sim("run", "my.yaml", "--out", "out")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert "equal" in ran.stdout
    assert ran.stdout.endswith("Report: out/report.html\n")
    assert Path("out/report.html").stat().st_size > 1000


def test_flags_reach_the_run(sim):
    words = ["-n", "3", "--seed", "5", "--months", "1", "--set", "people.count=9000"]
    ran = sim("run", "my.yaml", *words, "--policy", "equal", "--workers", "1", "--out", "out")
    assert ran.exit_code == 0
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert (manifest["runs"], manifest["seed"], manifest["months"]) == (3, 5, 1)
    assert manifest["policies"] == ["equal"]
    assert "count: 9000" in Path("out/scenario.yaml").read_text()


def test_plots_are_written_as_other_files_only_where_they_are_asked_for(sim):
    assert sim("run", "my.yaml", "--out", "out").exit_code == 0
    assert {path.suffix for path in Path("out/plots").iterdir()} == {".svg"}
    assert sim("run", "my.yaml", "--out", "out", "--plots", "png").exit_code == 0
    assert {path.suffix for path in Path("out/plots").iterdir()} == {".svg", ".png"}
    wrong = sim("run", "my.yaml", "--out", "other", "--plots", "gif")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "no format 'gif'" in wrong.stderr


def test_quiet_says_only_where_the_report_is(sim):
    assert sim("run", "my.yaml", "--quiet", "--out", "out").stdout == "Report: out/report.html\n"


def test_json_stands_alone_on_stdout(sim):
    ran = sim("run", "my.yaml", "--json", "--out", "out")
    told = json.loads(ran.stdout)
    assert (told["folder"], told["report"]) == ("out", "out/report.html")
    assert {row["measure"] for row in told["summary"]} == set(fake_model.MEASURING.MEASURES)
    assert ran.stderr == "Report: out/report.html\n"


def test_report_can_be_made_again(sim):
    sim("run", "my.yaml", "--out", "out")
    before = Path("out/report.html").read_bytes()
    Path("out/report.html").unlink()
    assert sim("report", "out").stdout == "Report: out/report.html\n"
    assert Path("out/report.html").read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["run", "none.yaml"],
        ["run", "my.yaml", "-n", "0"],
        ["run", "my.yaml", "-n", "many"],
        ["run", "my.yaml", "--policy", "eqaul"],
        ["run", "my.yaml", "--set", "people.cuont=3"],
        ["run", "my.yaml", "--workers", "0"],
        ["run", "my.yaml", "--out", "my.yaml"],
        ["run"],
        ["report", "nowhere"],
    ],
)
def test_wrong_input_is_exit_2_without_a_traceback(sim, words):
    ran = sim(*words)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert ran.stderr
    assert "Traceback" not in ran.stderr
    assert not Path("results").exists()


def test_a_damaged_folder_is_exit_1(sim):
    sim("run", "my.yaml", "--out", "out")
    Path("out/monthly.parquet").write_bytes(b"")
    ran = sim("report", "out")
    assert ran.exit_code == 1
    assert "monthly.parquet is damaged" in ran.stderr


def test_a_failing_run_is_exit_1(sim):
    def fail(scenario, policy, replication):
        raise ValueError("no")

    ran = command_on(execution_of(fail, fake_model.MEASURING))("run", "my.yaml")
    assert ran.exit_code == 1
    assert ran.stderr == "policy 'equal', replication 0: ValueError: no\n"


ENDLESS = """
import sys
sys.path[:0] = [{root!r}]
from tests.results import fake_model
from tests.other_model import execution_of
from sim import cli
from functools import partial
endless = partial(fake_model.simulate_for_ever_in, {begun!r})
sys.argv = ["sim", "run", "my.yaml", "--workers", {workers!r}]
cli.main(execution_of(endless, fake_model.MEASURING))
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_is_exit_130_and_says_what_is_kept(tmp_path, workers):
    begun = tmp_path / "begun"
    begun.mkdir()
    (tmp_path / "my.yaml").write_text("name: Mine\n")
    script = ENDLESS.format(root=str(ROOT), begun=str(begun), workers=workers)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not list(begun.glob("*-2.begun")) and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    [folder] = (tmp_path / "results").iterdir()
    # A worker may have begun the next run before its last one was kept.
    assert re.match(rf"Interrupted\. \d finished runs? kept in results/{folder.name}[.;]", err)
