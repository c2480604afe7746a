"""Writing scenarios out, their fingerprint, what keys mean, and the JSON Schema."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.errors import CommandError, DataError
from sim.scenario.dump import differences, dump, fingerprint, policy_fingerprints, to_mapping
from sim.scenario.explain import explain, explanations, json_schema
from sim.scenario.reading.load import from_mapping, load, parse
from sim.scenario.schema.fields import Rate, key
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.telling import Talk
from sim.scenario.shipped import library, template

RICH = """
name: "1e3"
describe: "on: # off\\n\\tand 'so' \\u2028 on \\U0001F600"
people: {patience_minutes: unlimited, correlations: {spend~audience: 0.2}}
network: {kind: none}
needs:
  - {name: "1e3", share: 0.5, minutes: {law: empirical, values: [1, 2.5]}, resolved: 1e-7}
  - {name: b, share: 0.5, minutes: {law: exponential, mean: 3}, resolved: 1}
desk:
  opening: {mon-fri: ["08:00-12:00", "13:00-17:30"], sat: []}
  pools:
    f: {agents: 1, overflow: g, overflow_minutes: 3, opening: always}
    g: {shifts: [{agents: 2, hours: {daily: "00:00-24:00"}}], serves: [], helps: [f]}
behaviour: none
staff: none
policies:
  value_tiers: {like: equal, everyone: {explain: false, pool: g}}
  complaint_rewarding: {overrule: false, voices: {angry: {class: null}}}
  mine: {score: {spend: -1}, tiers: [{name: a, min_score: -0.5}, {name: b}]}
"""
PROFILE = f"name: a\ndesk: {{opening: [{', '.join(str(i % 5 / 2) for i in range(168))}]}}\n"


@pytest.mark.parametrize("text", ["name: a\n", template(), RICH, PROFILE])
def test_what_is_written_reads_back_equal(text):
    scenario = parse(text)
    assert parse(dump(scenario)) == scenario
    assert from_mapping(to_mapping(scenario)) == scenario
    assert dump(parse(dump(scenario))) == dump(scenario)


shares = st.floats(0, 1)
amounts = st.floats(0, 1e9)
names = st.from_regex(r"\A[a-zé_1][a-z0-9é_-]{0,20}\Z").filter(
    lambda name: name not in ("enquiry", "complaint")
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
laws = st.one_of(
    amounts,
    st.fixed_dictionaries({"mean": st.floats(1e-3, 1e6), "cv": st.floats(1e-3, 5)}),
    st.fixed_dictionaries(
        {"law": st.just("empirical"), "values": st.lists(st.floats(0.5, 9), min_size=2)}
    ),
)
entitlements = st.fixed_dictionaries(
    {},
    optional={
        "class": st.integers(0, 9),
        "pace": amounts,
        "lenient": shares,
        "ignore": st.booleans(),
    },
)
scenarios = st.fixed_dictionaries(
    {"name": texts, "describe": texts, "seed": st.integers(0, 2**32 - 1)},
    optional={
        "needs": names.flatmap(
            lambda name: st.fixed_dictionaries(
                {"name": st.just(name), "share": st.just(1), "minutes": laws, "resolved": shares}
            )
        ).map(lambda need: [need]),
        "behaviour": st.sampled_from(
            ["none", {"talk": "none"}, {"voice": {"angry": {"base": -3}}}]
        ),
        "company": st.fixed_dictionaries({"cash": st.floats(-1e12, 1e12)}),
        "policies": st.dictionaries(
            names, st.fixed_dictionaries({"everyone": entitlements, "describe": texts}), min_size=1
        ),
    },
)


@settings(max_examples=40, deadline=None, derandomize=True)
@example({"name": "\x85", "describe": " \u2028\n\t\x00 \r"})
@given(scenarios)
def test_anything_sound_reads_back_equal(data):
    scenario = from_mapping(data)
    assert parse(dump(scenario)) == scenario
    assert fingerprint(parse(dump(scenario))) == fingerprint(scenario)


def test_fingerprint_is_stable():
    # If this changes, so does the name of every results folder: raise it knowingly.
    assert fingerprint(load(Path(__file__).parent / "pinned.yaml")) == "30c6b4968285"


def test_fingerprint_is_of_what_differs_from_the_defaults():
    text = "name: a\nseed: 2\npeople: {difficulty: {cv: 1}}\npolicies: {equal: {}}\n"
    # People say how many they are, for that depends on each other.
    by_hand = (
        '{"people":{"count":20000,"customers":8000,"difficulty":{"cv":1}},'
        '"policies":{"equal":{}},"seed":2}'
    )
    assert fingerprint(parse(text)) == hashlib.sha256(by_hand.encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    "text",
    ["name: b\n", "name: a\ndescribe: x\n", "name: a\nreplications: 3\n", "name: a\nmonths: 36.0\n",
     "name: a\npolicies: {complaint_rewarding: {}, value_tiers: {}, equal: {describe: x}}\n"],
)  # fmt: skip
def test_fingerprint_ignores_what_changes_no_number(text):
    assert fingerprint(parse(text)) == fingerprint(parse("name: a\n"))


WRITTEN = """
name: a
people: {count: 1000, spend: {mean: 20, noise_cv: 0}, difficulty: {cv: 0.5}}
desk: {opening: {mon-fri: "08:00-18:00"}, pools: {f: {agents: 3}, g: {agents: 1, serves: []}}}
policies: {a: {everyone: {pace: 2}}, b: {score: {spend: 1, tenure: 3}, tiers: [{name: t}]}}
months: 12
"""
OTHERWISE = """
name: a
months: 12.0
policies: {b: {tiers: [{name: t}], score: {tenure: 3.0, spend: 1e0}}, a: {everyone: {pace: 2.0}}}
desk:
  pools: {f: {agents: 3}, g: {serves: [], agents: 1e0}}
  opening: {mon: "08:00-18:00", tue-fri: ["08:00-12:00", "12:00-18:00"]}
people: {difficulty: {cv: 5e-1}, spend: {noise_cv: -0.0, mean: 20.0}, count: 1_000}
""".replace("1_000", "1e3")


def test_the_order_of_pools_counts_since_it_numbers_the_agents():
    swapped = WRITTEN.replace(
        "f: {agents: 3}, g: {agents: 1, serves: []}", "g: {agents: 1, serves: []}, f: {agents: 3}"
    )
    assert parse(swapped) == parse(WRITTEN)
    assert fingerprint(parse(swapped)) != fingerprint(parse(WRITTEN))


def test_neither_the_order_of_keys_nor_how_a_number_is_written_counts():
    assert fingerprint(parse(WRITTEN)) == fingerprint(parse(OTHERWISE))
    assert policy_fingerprints(parse(WRITTEN)) == policy_fingerprints(parse(OTHERWISE))


def test_a_default_written_out_counts_as_left_out():
    assert fingerprint(parse(dump(parse("name: a\n")))) == fingerprint(parse("name: a\n"))
    assert differences(parse("name: a\nseed: 1\ncompany: {cash: 0}\n").company) == {}


class LouderTalk(Talk):
    """Talk with a key of a later version, whose default changes nothing."""

    megaphones: Rate = key(0.0, "Megaphones of a person.")


def with_talk(talk):
    scenario = parse("name: a\n")
    behaviour = scenario.behaviour.model_copy(update={"talk": talk})
    return scenario.model_copy(update={"behaviour": behaviour})


def test_a_new_key_whose_default_changes_nothing_renames_no_results():
    before, after, used = (
        with_talk(talk)
        for talk in (
            Talk(retell=0.2),
            LouderTalk(retell=0.2),
            LouderTalk(retell=0.2, megaphones=1.0),
        )
    )
    assert fingerprint(before) == fingerprint(after) != fingerprint(used)
    assert policy_fingerprints(before) == policy_fingerprints(after) != policy_fingerprints(used)


def test_a_policy_of_the_library_counts_by_what_it_says():
    text = "name: a\npolicies: {equal: {}, mine: {like: equal, describe: The same.}}\n"
    prints = policy_fingerprints(parse(text))
    assert prints["equal"] == prints["mine"]
    assert differences(library()["equal"]).keys() == {"describe"}


@pytest.mark.parametrize("text", ["seed: 2", "months: 35", "staff: none", "policies: {equal: {}}"])
def test_fingerprint_changes_with_numbers(text):
    assert fingerprint(parse(f"name: a\n{text}\n")) != fingerprint(parse("name: a\n"))


def test_fingerprint_takes_a_file_by_its_content(tmp_path):
    def of(name, content):
        (tmp_path / name).write_text(content)
        text = f"name: a\nnetwork: {{kind: file, file: {tmp_path / name}}}\n"
        return fingerprint(parse(text))

    assert of("one.csv", "a,b\n") == of("two.csv", "a,b\n") != of("three.csv", "a,c\n")
    scenario = parse(f"name: a\nnetwork: {{kind: file, file: {tmp_path / 'one.csv'}}}\n")
    (tmp_path / "one.csv").unlink()
    with pytest.raises(DataError, match="cannot be read"):
        fingerprint(scenario)


def leaves(value, path=""):
    if isinstance(value, dict) and value:
        for name, one in value.items():
            yield from leaves(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from leaves(value[0], f"{path}.{value[0]['name']}")
    else:
        yield path


# What stands below these is one value, or a person's own names.
PARTS = ("enquiry_minutes", "complaint_minutes", ".minutes", ".score")


def test_every_key_is_explained():
    written = to_mapping(Scenario(name="a", policies={"value_tiers": library()["value_tiers"]}))
    for path in leaves(written):
        whole = next((path[: path.index(part) + len(part)] for part in PARTS if part in path), path)
        assert explain(whole).description.endswith("."), path


def test_explanations_are_complete():
    told = list(explanations())
    assert len({one.key for one in told}) == len(told) > 150
    assert all(one.description and one.kind for one in told)


def test_explains_by_path_ending_or_symbol():
    whole = explain("behaviour.talk.retell")
    assert (whole.unit, whole.range, whole.default) == (
        "probability",
        "at least 0, at most 1",
        "0.02",
    )
    assert explain("retell") == explain("talk.retell") == whole
    assert explain("kappa").key == "behaviour.voice.reward_value"
    assert explain("needs.fault.resolved").key == "needs.<name>.resolved"
    assert explain("replications").range == "at least 1, at most 100000"


def test_an_unknown_or_ambiguous_key_says_what_was_meant():
    with pytest.raises(CommandError, match=r"Did you mean `behaviour\.talk\.retell`"):
        explain("behaviour.talk.retel")
    with pytest.raises(CommandError, match=r"say which: .*behaviour\.voice\.audience"):
        explain("audience")


def test_json_schema_is_sound_and_closed():
    schema = json.loads(json.dumps(json_schema()))
    references = set(find(schema, "$ref"))
    assert references == {f"#/$defs/{name}" for name in schema["$defs"]}
    assert {"base", "name", "policies"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False
    assert "class" in schema["$defs"]["Entitlement"]["properties"]
    assert "like" in schema["$defs"]["Policy"]["properties"]


def find(value, key):
    if isinstance(value, dict):
        yield from (one for name, one in value.items() if name == key and isinstance(one, str))
        for one in value.values():
            yield from find(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from find(one, key)
