"""What tests of pages share: pages are done as people do them, with the months before the first."""

from __future__ import annotations

import pytest

from sim.scenario.schema import sections
from tests.conftest import USUAL_HISTORY


@pytest.fixture(autouse=True)
def usual_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give scenarios the default of the schema."""
    monkeypatch.setattr(sections, "USUAL_HISTORY", USUAL_HISTORY)
