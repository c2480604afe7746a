"""A page of a study: what its first screen leads to is there."""

from __future__ import annotations

import re

import pytest

from sim.report.kit.answer_card import AnswerCard
from sim.report.kit.study_page import StudyPage, StudySection, write_study_page

WARNINGS = ("Agents are busy all the time.", "Half of all hang up.", "<b>Nobody</b> is served.")


@pytest.mark.parametrize("count", range(len(WARNINGS) + 1))
def test_every_warning_is_shown_and_every_link_leads_somewhere(tmp_path, count):
    card = AnswerCard("It is undecided.", warnings=WARNINGS[:count])
    page = StudyPage("Study", "A question", card, sections=(StudySection("Numbers", ("Some.",)),))
    text = write_study_page(tmp_path / "study.html", page).read_text(encoding="utf-8")
    for warning in WARNINGS[:count]:
        assert warning.replace("<", "&lt;").replace(">", "&gt;") in text
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r' id="([^"]+)"', text))
