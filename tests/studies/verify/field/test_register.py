"""Nothing that is registered, and no parameter after a run, changes without being said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError
from sim.studies.verify.field import register
from sim.studies.verify.field.findings import every_finding
from sim.studies.verify.field.hold_to_field import refuse_adjusted

EVERY = tuple(every_finding())


def test_the_last_edition_holds_every_registration_as_it_is():
    edition = register.editions()[-1]
    assert register.unregistered(EVERY, edition) == []
    assert register.check() == edition


def test_editions_are_numbered_dated_and_say_what_is_new():
    editions = register.editions()
    assert [one.number for one in editions] == list(range(1, len(editions) + 1))
    assert [one.registered for one in editions] == sorted(one.registered for one in editions)
    assert all(one.says for one in editions)


def test_what_was_added_changed_or_taken_away_is_named(monkeypatch):
    first, second, *rest = EVERY
    now = [replace(first, digest="other"), replace(second, name="new_one"), *rest]
    faults = register.unregistered(now, register.editions()[-1])
    assert faults == [
        "new_one is new", f"{second.name} is gone", f"{first.name} was changed"
    ]  # fmt: skip
    monkeypatch.setattr(register, "every_finding", lambda: iter(now))
    with pytest.raises(CommandError, match=f"{first.name} was changed"):
        register.check()


def test_a_new_edition_is_added_at_the_end(monkeypatch, tmp_path):
    copied = tmp_path / "register.yaml"
    copied.write_bytes(register._FILE.read_bytes())
    before = register.editions()
    monkeypatch.setattr(register, "_FILE", copied)
    changed = (replace(EVERY[0], digest="0123456789abcdef"), *EVERY[1:])
    monkeypatch.setattr(register, "every_finding", lambda: iter(changed))
    new = register.register("  A world was changed.  ", date(2030, 1, 2))
    assert register.editions() == (*before, new)
    assert (new.says, new.registered) == ("A world was changed.", date(2030, 1, 2))
    assert register.check() == new
    assert new.findings[EVERY[0].name] == "0123456789abcdef"


def test_an_edition_that_says_nothing_is_refused():
    ran = CliRunner().invoke(app, ["verify", "--register", " "])
    assert ran.exit_code == 2
    assert "say what is new" in ran.output


def test_a_parameter_that_was_changed_after_a_run_needs_a_new_edition():
    now = register.parameters()
    assert register.changed_parameters(now) == []
    then = {
        "defaults": now["defaults"] | {"behaviour.talk.retell": "0.9", "behaviour.gone": "1"},
        "worlds": now["worlds"] | {"company": "0" * 12},
    }
    changed = register.changed_parameters(then)
    assert [line.split(":")[0] for line in changed] == [
        "behaviour.talk.retell", "behaviour.gone", "company"
    ]  # fmt: skip
    assert changed[1] == "behaviour.gone: 1 then, gone now"
    with pytest.raises(CommandError, match=r"edition 3 .*behaviour\.talk\.retell: 0\.9 then"):
        refuse_adjusted(3, {"edition": 3, "parameters": then})
    refuse_adjusted(4, {"edition": 3, "parameters": then})
    refuse_adjusted(3, {"edition": 3, "parameters": now})
    refuse_adjusted(1, None)


def test_a_key_that_is_new_changes_no_parameter():
    now = register.parameters()
    then = {"defaults": dict(list(now["defaults"].items())[1:]), "worlds": now["worlds"]}
    assert register.changed_parameters(then) == []
