"""Editors complete and explain a scenario: by the schema, and by YAML's own language server."""

from __future__ import annotations

import shutil
from types import NoneType

import jsonschema
import pytest
import yaml

from sim.commands.editor_schema import SCHEMA_FILE, editor_schema, header
from sim.measures.definitions import MEASURES
from sim.scenario.explain import explanations
from sim.scenario.reading.load import load
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.people import COLUMNS
from sim.scenario.schema.walk import ANY
from sim.scenario.shipped import library, shipped, template
from tests.commands.language_server import language_server
from tests.commands.test_cli import call

CHECKER = jsonschema.Draft7Validator(editor_schema())
EXPLAINED = {one.key: one for one in explanations()}


def test_the_schema_is_sound_in_draft_7():
    jsonschema.Draft7Validator.check_schema(editor_schema())
    assert editor_schema()["$id"].startswith("urn:evenhand:")


@pytest.mark.parametrize("name", shipped())
def test_what_ships_fits(name):
    text = shipped()[name].read_text(encoding="utf-8")
    assert list(CHECKER.iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a", "mnths": 3},
        {"name": "a", "months": "many"},
        {"name": "a", "policies": {"mine": {"score": {"spent": 1}}}},
        {"name": "a", "policies": {"mine": {"voices": {"loud": {}}}}},
        {"name": "a", "desk": {"pools": {"front": {"agents": -1}}}},
        {"name": "a", "people": {"count": -1}},
    ],
)
def test_what_is_wrong_does_not(wrong):
    assert list(CHECKER.iter_errors(wrong))


def test_a_policy_may_be_left_empty():
    assert not list(CHECKER.iter_errors({"name": "a", "policies": {"equal": None, "mine": None}}))


def test_new_leads_editors_to_the_schema_beside_it(tmp_path):
    assert call("new", tmp_path / "my.yaml").exit_code == 0
    text = (tmp_path / "my.yaml").read_text(encoding="utf-8")
    assert text == header() + template()
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    assert yaml.safe_load((tmp_path / SCHEMA_FILE).read_text("utf-8")) == editor_schema()


@pytest.mark.parametrize(
    "name",
    [
        one if one in ("broadband", "key_accounts") else pytest.param(one, marks=pytest.mark.whole)
        for one in shipped()
    ],
)
def test_a_copy_of_a_scenario_is_the_scenario(name, tmp_path):
    assert call("new", tmp_path / "my.yaml", "--like", name).exit_code == 0
    copy, original = load(tmp_path / "my.yaml"), load(name)
    assert copy.model_copy(update={"people": original.people}) == original
    assert copy.people.count == original.people.count


def test_a_copy_does_not_take_what_it_cannot(tmp_path):
    (tmp_path / "world.yaml").write_text("name: World\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("base: world.yaml\nmonths: 2\n", encoding="utf-8")
    (tmp_path / "away").mkdir()
    told = call("new", tmp_path / "away" / "copy.yaml", "--like", tmp_path / "mine.yaml")
    assert told.exit_code == 2
    assert "world.yaml" in told.stderr
    assert call("new", tmp_path / "copy.yaml", "--like", tmp_path / "mine.yaml").exit_code == 0
    assert load(tmp_path / "copy.yaml").months == 2
    away = tmp_path / "away"
    (away / "key_accounts.csv").write_text("mine\n", encoding="utf-8")
    told = call("new", away / "k.yaml", "--like", "key_accounts")
    assert (told.exit_code, (away / "key_accounts.csv").read_text("utf-8")) == (2, "mine\n")


served = pytest.mark.skipif(
    shutil.which("yaml-language-server") is None, reason="yaml-language-server is not installed"
)

# A place, as lines that end where the cursor is, and what must be offered there.
COMPLETED = [
    ("mo", {"months"}),
    ("ba", {"base"}),
    ("base: ", set(shipped())),
    *((f"{key}:\n  ", set(one.keys)) for key, one in EXPLAINED.items()
      if "." not in key and one.keys and key not in ("needs", "hypotheses", "changes", "policies",
      "beliefs", "known", "worth")),
    *((f"{key}:\n  - ", set(EXPLAINED[key].keys)) for key in ("needs", "hypotheses", "changes")),
    ("policies:\n  ", set(library())),
    ("policies:\n  mine:\n    ", {"like", "score", "tiers", "voices", "everyone"}),
    ("policies:\n  mine:\n    like: ", {*library(), "none"}),
    ("policies:\n  mine:\n    score:\n      ", set(OBSERVABLES)),
    ("policies:\n  mine:\n    voices:\n      ", {"polite", "angry", "public"}),
    ("policies:\n  mine:\n    tiers:\n      - ", {"name", "top_share"}),
    ("desk:\n  pools:\n    front:\n      ", {"agents", "wage_per_hour", "shifts"}),
    ("behaviour:\n  talk:\n    ", {"retell", "tells_bad", "chance_bad"}),
    ("people:\n  columns:\n    ", set(COLUMNS)),
    ("worth:\n  ", set(MEASURES)),
    ("known:\n  ", set(MEASURES)),
    ("known:\n  churn_rate:\n    ", {"value", "within"}),
    ("beliefs:\n  ", {"behaviour.talk.retell", "needs.*.resolved"}),
    ("sweep:\n  design: ", {"grid", "sobol"}),
    ("sweep:\n  vary:\n    ", {"behaviour.talk.retell", "desk.pools.frontline.agents"}),
    ("best:\n  vary:\n    ", {"desk.pools.frontline.agents", "policies.equal.everyone.courtesy"}),
]  # fmt: skip


@served
def test_each_section_is_completed(tmp_path):
    call("new", tmp_path / "my.yaml")
    with language_server(tmp_path) as server:
        for number, (text, wanted) in enumerate(COMPLETED):
            path = tmp_path / f"at_{number}.yaml"
            path.write_text(header() + text, encoding="utf-8")
            server.open(path)
            *before, last = (header() + text).split("\n")
            missing = wanted - server.complete(len(before), len(last))
            assert not missing, f"after {text!r}: {missing}"


def lines_of_all_keys(node, path, depth=0, key=""):
    """Yield lines of a document with every key, and the path of each that is explained."""
    node = referred(node)
    blank = "  " * depth
    if "items" in node and "properties" in referred(node["items"]):
        first = True
        for line, name in lines_of_all_keys(node["items"], f"{path}.{ANY}", depth + 1):
            start = f"{blank}- " if first else f"{blank}  "
            yield start + line[2 * depth + 2 :], name
            first = False
        return
    named = named_by_people(node)
    keys = node.get("properties", {}) if not named else {"mine": named}
    for name, child in keys.items():
        below = f"{path}.{ANY if named else name}".lstrip(".")
        inner = list(lines_of_all_keys(child, below, depth + 1))
        value = "" if inner else f" {placeholder(referred(child))}"
        yield f"{blank}{name}:{value}", "" if named else below
        yield from inner


def named_by_people(node):
    """Return the schema of what stands under a name of one's own; None where keys are given."""
    owned = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    return next((one for one in owned if isinstance(one, dict)), None)


def referred(node):
    """Return a schema as it is behind references, and of several the one with most keys."""
    definitions = editor_schema()["definitions"]
    if "$ref" in node:
        return referred(definitions[node["$ref"].rpartition("/")[2]])
    branches = [referred(one) for name in ("allOf", "anyOf") for one in node.get(name, [])]
    mappings = [one for one in branches if "properties" in one or named_by_people(one)]
    full = [*mappings, *(one for one in branches if "items" in one)]
    return full[0] if full else {**(branches[0] if branches else {}), **node}


def placeholder(node):
    if node.get("pattern", "").startswith(r"^(\d{1,2}):"):
        return '"08:00-18:00"'
    if "default" in node and not isinstance(node["default"], dict | list | NoneType):
        return str(node["default"]).lower() or '""'
    if "enum" in node:
        return str(node["enum"][0])
    plain = {"string": "x", "boolean": "true", "array": "[]", "object": "{}"}
    return plain.get(node.get("type"), "1")


@served
def test_every_key_is_explained_where_it_stands_with_its_unit(tmp_path):
    call("new", tmp_path / "my.yaml")
    rows = list(lines_of_all_keys(editor_schema(), ""))
    path = tmp_path / "all.yaml"
    path.write_text(header() + "\n".join(line for line, _ in rows) + "\n", encoding="utf-8")
    top = header().count("\n")
    asked = {}
    for number, (line, name) in enumerate(rows):
        if name in EXPLAINED:
            asked.setdefault(name, (number + top, line.index(name.rpartition(".")[2]) + 1))
    with language_server(tmp_path) as server:
        server.open(path)
        silent = []
        for name, place in asked.items():
            said = server.hover(*place)
            one = EXPLAINED[name]
            plain = said.replace("\\", "").replace("&nbsp;", " ")
            if one.description.split()[0] not in plain or (one.unit and "Unit: " not in plain):
                silent.append(name)
    assert not silent
    # What a score weighs is offered, and stands nowhere else.
    assert {one for one in set(EXPLAINED) - set(asked) if ".score." not in one} == set()


def test_a_description_has_all_that_is_known():
    talk = editor_schema()["definitions"]["Talk"]["properties"]["retell"]["description"]
    for fact in ("Unit: probability", "Range: at least 0, at most 1", "Default: 0.02", "Source: "):
        assert fact in talk


def test_the_page_of_the_schema_is_the_command():
    assert yaml.safe_load(call("schema").stdout) == editor_schema()
