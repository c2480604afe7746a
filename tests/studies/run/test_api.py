import io
import json
from functools import partial
from pathlib import Path

import pytest

from sim.errors import CommandError, InputError, ResultsError, RunError, ScenarioError
from sim.execution.progress import progress_bar, silent, wanted
from sim.scenario.dump import fingerprint
from sim.scenario.reading.load import from_mapping, load
from sim.studies.run import api
from tests.other_model import execution_of, on
from tests.results import fake_model

SCENARIO = "name: My scenario\nmonths: 2\nreplications: 3\n"


def simulate(scenario, policy, replication):
    return fake_model.FakeTallies(policy, replication, scenario.months)


EXECUTION = execution_of(simulate, fake_model.MEASURING)
run = on(EXECUTION, partial(api.run_selection, report=lambda *_: None))


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    """Stand in a folder of one's own; runs are of a model of a few lines, and draw nothing."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text(SCENARIO)
    return path


def test_a_run_goes_into_a_folder_named_by_scenario_and_fingerprint(file):
    result = run(file)
    assert str(result.folder) == f"results/my-scenario-{fingerprint(load(file))}"
    assert result.monthly.height == 3 * 3 * 2


def test_arguments_replace_what_the_scenario_says(file):
    result = run(
        file, replications=2, months=4, seed=9, policies=["equal"], sets=["people.count=9000"]
    )
    manifest = result.results.manifest
    assert (manifest["replications"], manifest["months"], manifest["seed"]) == (2, 4, 9)
    assert manifest["policies"] == ["equal"]
    assert load(result.folder / "scenario.yaml").people.count == 9000


def test_the_folders_scenario_gives_the_same_fingerprint(file):
    result = run(file, months=4, policies=["value_tiers", "equal"])
    again = load(result.folder / "scenario.yaml")
    assert fingerprint(again) == result.results.manifest["fingerprint"]
    assert list(again.policies) == ["value_tiers", "equal"]


def test_the_command_gives_the_same_numbers(file):
    result = run(file, replications=2, policies=["equal"], sets=["people.count=9000"])
    assert result.results.manifest["command"] == (
        "sim run my.yaml --policy equal --set people.count=9000 -n 2"
    )


def test_the_command_names_the_folder_that_was_asked_for(file):
    result = run(file, replications=2, out="mine and yours")
    assert result.results.manifest["command"] == "sim run my.yaml -n 2 --out 'mine and yours'"


def test_a_scenario_in_hand_may_be_changed(file):
    scenario = load(file)
    assert run(scenario, months=5).monthly["month"].max() == 5
    assert scenario.months == 2


def test_out_is_where_it_goes(file, tmp_path):
    out = tmp_path / "else where"
    assert run(file, out=out).folder == out
    assert not (tmp_path / "results").exists()


def test_a_customer_file_is_named_by_its_way_from_the_folder(tmp_path):
    (tmp_path / "people.csv").write_text("id,spend\n" + "".join(f"{n},1\n" for n in range(40)))
    (tmp_path / "my.yaml").write_text(
        SCENARIO + "people: {file: people.csv, columns: {id: id, spend: spend}}\n"
    )
    result = run(tmp_path / "my.yaml")
    text = (result.folder / "scenario.yaml").read_text()
    assert str(tmp_path) not in text
    assert "file: ../../people.csv" in text
    again = load(result.folder / "scenario.yaml")
    assert fingerprint(again) == result.results.manifest["fingerprint"]


def test_hostile_names_give_plain_folders(tmp_path):
    for name in ["../../etc", "x" * 300, "\u202e\u05e9\u05dc", "a b/c\\d:e*"]:
        result = run(from_mapping({"name": name, "months": 1, "replications": 1}))
        assert result.folder.parent.resolve() == tmp_path / "results"
        assert json.loads((result.folder / "manifest.json").read_text())["name"] == name


def test_progress_is_told(file):
    told = []
    run(file, policies=["equal"], workers=1, progress=lambda *at: told.append(at))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_comparison(file):
    result = run(file)
    assert set(result.compare("value_tiers")["versus"]) == {"value_tiers"}
    assert set(result.compare()["versus"]) == {"equal"}
    with pytest.raises(CommandError, match="no policy 'eqaul' in these results; there are equal,"):
        result.compare("eqaul")


def test_faults_of_the_arguments_are_input_errors(file):
    with pytest.raises(ScenarioError, match="replications"):
        run(file, replications=0)
    with pytest.raises(ScenarioError, match="seed"):
        run(file, seed=-1)
    with pytest.raises(ScenarioError, match="not a policy"):
        run(file, policies=["eqaul"])
    with pytest.raises(CommandError, match="workers"):
        run(file, workers=0)
    with pytest.raises(InputError):
        run("no such file.yaml")


def test_engines():
    with pytest.raises(CommandError, match="no engine 'fast'"):
        run("my.yaml", engine="fast")


def test_an_argument_out_of_range_is_named_and_no_override_is_blamed(file):
    with pytest.raises(ScenarioError) as caught:
        run(file, replications=0)
    assert "--set" not in str(caught.value)
    assert "replications" in str(caught.value)


def test_old_names_of_a_result_go_on_with_a_warning(file):
    result = run(file)
    with pytest.warns(DeprecationWarning, match=r"now called Result\.precision_warnings"):
        assert result.shortfalls() == result.precision_warnings()


def test_fewer_replications_say_how_many_are_kept(file):
    assert run(file, replications=6, out="out").notes == ()
    [note] = run(file, replications=2, out="out").notes
    assert note.startswith("This is a report on 2 replications; out keeps 6 of each policy")
    assert run(file, replications=6, out="out").notes == ()


def test_a_policy_added_to_the_scenario_finds_the_runs_of_the_others(file):
    told = []
    run(file, policies=["equal", "value_tiers"], out="out")
    grown = run(file, out="out", progress=lambda *at: told.append(at))
    assert told[0] == (6, 9)
    whole = run(file, out="whole")
    for name, table in whole.results.tables.items():
        assert grown.results.tables[name].equals(table)


def test_another_world_is_refused_where_runs_of_one_are_kept(file):
    run(file, out="out")
    with pytest.raises(CommandError, match="out holds the results of another scenario"):
        run(file, sets=["people.count=9000"], out="out")


def test_reading_a_folder(file):
    folder = run(file).folder
    assert api.read(str(folder)).summary().equals(run(file).summary())
    with pytest.raises(ResultsError):
        api.read("nowhere")


def test_a_failing_report_does_not_cost_the_numbers(file):
    def fail(*_):
        raise ValueError("no fonts")

    with pytest.raises(RunError, match=r"no fonts\); try: sim report out"):
        on(EXECUTION, partial(api.run_selection, report=fail))(file, out="out")
    assert api.read("out").monthly.height


def test_plots_of_other_kinds_are_asked_for_before_anything_runs(file):
    asked = []
    recording = partial(api.run_selection, report=lambda _, plots: asked.append(plots))
    made = on(EXECUTION, recording)(file, out="out", plots=["png"])
    assert asked == [["png"]]
    assert made.results.manifest["command"].endswith("--out out --plots png")
    with pytest.raises(CommandError, match="no format 'gif'"):
        run(file, out="other", plots=["gif"])
    assert not Path("other").exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_for_people_who_watch():
    assert wanted(Terminal(), {})
    assert not wanted(io.StringIO(), {})
    assert not wanted(Terminal(), {"NO_COLOR": "1"})
    assert not wanted(Terminal(), {"CI": "true"})


def test_no_bar_when_piped(capsys):
    with progress_bar() as progress:
        assert progress is silent
        progress(1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_bar_at_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    for name in ("NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar() as progress:
        progress(0, 2)
        progress(2, 2)
    assert "2/2" in terminal.getvalue()
