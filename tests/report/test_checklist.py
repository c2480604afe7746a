"""The checklist STRESS-DES is complete, filled in from the run, and never silent."""

from dataclasses import replace

import pytest

from sim.errors import RunError
from sim.report.kit.frames import frames_of
from sim.report.kit.number_format import ISOLATED
from sim.report.stress_des.blocks import (
    BulletList,
    Diagram,
    TableBlock,
    format_value,
    has_content,
    prose,
)
from sim.report.stress_des.checklist import ITEMS, checklist
from sim.scenario.dump import dump
from sim.scenario.reading.load import from_mapping, reopened
from sim.scenario.shipped import shipped
from sim.studies.report.api import build

# The items of Monks et al. (2019), table for discrete-event simulation.
_PARTS = {"1": 3, "2": 4, "2.5": 5, "3": 4, "4": 3, "5": 4, "6": 1}
PUBLISHED = [f"{part}.{number}" for part, most in _PARTS.items() for number in range(1, most + 1)]


@pytest.fixture
def frames(folder):
    text = dump(reopened("broadband", changes={"months": 36, "replications": 8}))
    return _with(frames_of(folder), text)


def _with(known, text):
    import yaml

    return replace(known, scenario=yaml.safe_load(text), scenario_text=text)


def words(frames, number):
    [told] = [one for part in checklist(frames).values() for one in part if one.number == number]
    text = " ".join(_words(block) for block in told.blocks)
    return text.translate({ord(sign): "" for sign in ISOLATED})


def _words(block):
    if isinstance(block, TableBlock):
        return " ".join([block.caption, *block.head, *(cell for row in block.rows for cell in row)])
    if isinstance(block, BulletList):
        return " ".join(block.items)
    return block.template if isinstance(block, Diagram) else block


def test_every_published_item_is_there_in_order():
    assert [item.number for item in ITEMS] == PUBLISHED


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.number)
def test_an_item_left_empty_stops_the_report(folder, monkeypatch, item):
    silent = tuple(replace(one, answer=lambda _: (" ",)) if one is item else one for one in ITEMS)
    monkeypatch.setattr("sim.report.stress_des.checklist.ITEMS", silent)
    with pytest.raises(RunError, match=f"empty item: {item.number} {item.title}"):
        checklist(frames_of(folder))


def test_a_page_is_not_built_over_an_empty_item(folder, monkeypatch):
    monkeypatch.setattr(
        "sim.report.stress_des.checklist.ITEMS", (replace(ITEMS[0], answer=lambda _: ()),)
    )
    with pytest.raises(RunError):
        build(folder)
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize("block", ["", " \n", BulletList(()), TableBlock("caption", ("a",), ())])
def test_what_says_nothing_is_not_filled(block):
    assert not has_content(block)


@pytest.mark.parametrize("scenario", shipped())
def test_every_shipped_scenario_fills_it(folder, scenario):
    text = dump(from_mapping({"base": scenario}))
    told = checklist(_with(frames_of(folder), text))
    assert sum(map(len, told.values())) == len(PUBLISHED)


def test_it_is_filled_even_where_the_scenario_says_next_to_nothing(folder):
    assert len(checklist(frames_of(folder))) == 6


def test_a_plain_queue_says_what_is_switched_off(folder):
    text = dump(from_mapping({"name": "Queue", "behaviour": "none", "staff": "none"}))
    told = words(_with(frames_of(folder), text), "2.2")
    assert "Switched off in this scenario: staff, behaviour." in told
    assert "behaviour.churn" in told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("1.1", "Who is right?"),
        ("1.2", "left / opening_customers"),
        ("1.3", "A comparison of 3 policies"),
        ("2.1", "overview.svg.j2"),
        ("2.3", "voices.public {class: 0, remedy: 1.5, lenient: 1}"),
        ("2.5.1", "20,000 people, 8,000 of them customers"),
        ("2.5.2", "fault 0.3 {law: lognormal, mean: 14, cv: 1.2} 0.65"),
        ("2.5.3", "complaints 1 32 complaint frontline"),
        ("2.5.4", "averages 10 minutes over people"),
        ("3.1", "Rescorla & Wagner 1972"),
        ("3.3", "people.patience_minutes.mean 10 min set by this scenario"),
        ("3.3", "people.patience_minutes.cv 0.5  declared assumption"),
        ("3.4", "desk.pools.frontline.agents"),
        ("4.2", "36 months of four weeks (1,008 days)"),
        ("4.3", "8 independent replications"),
        ("5.1", "numpy 2.4.6"),
        ("5.2", "The seed is 7."),
        ("5.3", "Engine of these runs: simpy."),
        ("5.4", "machine x86_64"),
        ("6.1", "3f0c9a1be2d4"),
    ],
)
def test_items_hold_what_the_run_was(frames, number, told):
    assert told in words(frames, number)


def test_parameters_are_all_there_and_marked_by_what_they_rest_on(frames):
    text = words(frames, "3.3")
    for path in ("needs.billing.share", "desk.pools.complaints.helps", "behaviour.talk.retell"):
        assert path in text
    assert "behaviour.talk.retell 0.02 probability declared assumption" in text
    assert "behaviour.satisfaction.gain 0.2  Oliver 1980" in text
    assert "desk.enquiry_minutes {law: lognormal, mean: 6, cv: 0.8} min design choice" in text


def test_all_prose_is_used():
    for item in ("purpose", "base_model", "execution", "no_data"):
        assert all(paragraph.strip() for paragraph in prose(item))


def test_long_values_are_cut():
    assert format_value([1.0] * 168).endswith("(see the scenario)")
    assert format_value({"a": 1e-05, "b": [True, None]}) == "{a: 1e-05, b: true, none}"
