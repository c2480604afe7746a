"""The page of the field is of its record, and no parameter was changed since without being said."""

from __future__ import annotations

import json

from sim.studies.verify.field.page import page_text
from sim.studies.verify.field.register import changed_parameters, editions
from sim.studies.verify.field.result import FieldResult
from tests.docs.pages import ROOT

RECORD = json.loads((ROOT / "docs" / "field.json").read_text("utf-8"))


def test_a_parameter_that_was_changed_since_the_run_is_said_in_a_new_edition():
    changed = changed_parameters(RECORD["parameters"])
    assert not changed or RECORD["edition"] < editions()[-1].number, (
        f"changed since the run: {changed}; say so in a new edition (sim verify --register TEXT), "
        "then python docs/build.py field"
    )


def test_the_page_is_of_the_record():
    page = (ROOT / "docs" / "field.md").read_text("utf-8")
    assert page == page_text(FieldResult.from_data(RECORD))
