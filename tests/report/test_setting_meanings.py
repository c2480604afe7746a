"""Settings are shown with what they mean."""

from __future__ import annotations

import pytest

from sim.report.kit.setting_meanings import declared_of, meaning_of
from sim.report.kit.templating import environment
from sim.scenario.explain import explain


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("behaviour.talk.retell", "behaviour.talk.retell"),
        ("desk.pools.frontline.agents", "desk.pools.<name>.agents"),
        ("needs.fault.minutes.mean", "needs.<name>.minutes"),
        ("policies.mine.tiers.top.courtesy", "policies.<name>.tiers.<name>.courtesy"),
    ],
)
def test_a_setting_means_what_its_key_is_declared_to(path, key):
    assert meaning_of(path) == explain(key).description


def test_what_nobody_declared_has_no_meaning():
    assert meaning_of("nonsense.x") == ""
    assert declared_of("nonsense.x").key == "nonsense.x"


def test_pages_show_the_path_and_the_meaning():
    shown = environment().from_string("{{ path | setting }}").render(path="behaviour.talk.retell")
    assert shown.startswith("<bdi>behaviour.talk.retell</bdi>")
    assert explain("behaviour.talk.retell").description in shown
