from typing import get_args

from sim.measures.definitions import MEASURES
from sim.report.kit.catalogue import CORE_PLOTS, SectionId
from sim.report.run.sections import SECTIONS


def test_parts_list_declared_measures_once():
    for part in SECTIONS.values():
        assert set(part.measures) <= set(MEASURES)
        assert len(set(part.measures)) == len(part.measures)


def test_every_section_of_plots_is_a_part_of_the_page():
    assert set(get_args(SectionId)) <= set(SECTIONS)
    assert {plot.section for plot in CORE_PLOTS} <= set(SECTIONS)
