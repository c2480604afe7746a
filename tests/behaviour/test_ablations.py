"""Switching a mechanism off changes what it should, and nothing that it should not."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.measures.definitions import MEASURES
from sim.model.measuring import monthly
from sim.scenario.mechanisms import MECHANISMS
from sim.scenario.reading.load import from_mapping, override
from sim.scenario.schema.walk import walk

ROOT = Path(__file__).parents[2]


@cache
def table():
    """Return the module that reads docs/mechanisms.yaml and makes a page of it."""
    path = ROOT / "docs" / "make_ablations.py"
    spec = importlib.util.spec_from_file_location("make_ablations", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_ablations"] = module
    spec.loader.exec_module(module)
    return module


ABLATIONS = list(table().ablations())
SECTIONS = sorted(
    {
        key.path.rpartition(".")[0]
        for key in walk()
        if key.path.startswith(("behaviour.", "staff.", "product.", "company."))
    }
)


def changed(one):
    """Return the measures that differ in some month when a mechanism is switched off."""
    at_work = override(from_mapping(table().TABLE["world"]), one.beside)
    without = override(at_work, one.without)
    before, after = (monthly(simulate(each, "mine", 0)) for each in (at_work, without))
    return {
        name for name in MEASURES if not np.array_equal(before[name], after[name], equal_nan=True)
    }


def test_the_page_of_ablations_is_current():
    made = table()
    renew = "out of date: python docs/build.py ablations"
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), renew


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_the_model_has_a_mechanism_that_is_switched_off(section):
    paths = [path for one in ABLATIONS for path in one.without]
    assert any(f"{path}.".startswith(f"{section}.") for path in paths)


def test_every_mechanism_of_the_model_is_looked_at_once():
    looked_at = [one.mechanism for one in ABLATIONS if one.mechanism]
    assert sorted(looked_at) == sorted(MECHANISMS)


def test_names_are_told_once():
    names = [one.name for one in ABLATIONS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", ABLATIONS, ids=lambda one: one.name)
def test_what_must_change_without_a_mechanism_does_and_all_else_is_the_same_to_the_last_bit(one):
    measures, seen = table().measures, changed(one)
    must = measures(one.changes)
    assert must <= seen
    assert seen <= must | measures(one.may)
    idle = [word for word in one.may if not (measures([word]) - must) & seen]
    assert not idle, "said to follow, and never does"
