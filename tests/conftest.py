"""What all tests share."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import settings

from sim.scenario.schema import sections

# The first call of a compiled function compiles it, however short later ones are. The same examples
# every time: what fails once fails again.
settings.register_profile("evenhand", deadline=None, derandomize=True)
settings.load_profile("evenhand")

# Worlds of tests begin as they are written, which saves a third of the time of runs. What holds
# with months before the first says how many; tests/docs has the default that people have.
USUAL_HISTORY = sections.USUAL_HISTORY
sections.USUAL_HISTORY = 0


# A page has wide plots without panels a second time, for phones. Tests that look at them draw both;
# to all others, phones are as wide as screens.
_OF_PHONES = {"test_page_in_browser.py", "test_inline_svg.py", "test_index_page.py"}


@pytest.fixture(autouse=True, scope="module")
def _phones_are_wide(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.path.name in _OF_PHONES:
        yield
        return
    from sim.report.run import pictures

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "NARROW", math.inf)
        yield
