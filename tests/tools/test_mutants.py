"""Mutants are made where the model computes, and only the tests' failure kills them."""

from __future__ import annotations

import pytest

from tests.tools.mutants import ROOMS, TOP, Mutant, all_mutants, mutants_of, survivors

LAW = '''
def slope(x: float, base: float = 2.0) -> float:
    """Return 1.0 minus something."""
    if x < 0.0:
        return -base
    return (base + x) * 0.5
'''


def changed(text, mutant):
    return text[: mutant.start] + mutant.new + text[mutant.end :]


def test_signs_constants_comparisons_and_terms_are_changed_and_nothing_else_is():
    assert {(mutant.line, mutant.old, mutant.new) for mutant in mutants_of("law.py", LAW)} == {
        (4, "x < 0.0", "(x >= 0.0)"),
        (4, "0.0", "1.0"),
        (5, "-base", "(base)"),
        (6, "(base + x) * 0.5", "((base + x) / 0.5)"),
        (6, "(base + x) * 0.5", "(base + x)"),
        (6, "base + x", "(base - x)"),
        (6, "base + x", "(base)"),
        (6, "0.5", "0.625"),
    }


@pytest.mark.parametrize(
    ("line", "new"),
    [("n += step", "n -= step"), ("n = a and b", "n = (a or b)"), ("n = True", "n = False")],
)
def test_counts_and_conditions_are_changed_too(line, new):
    text = f"def count(n, step, a, b):\n    {line}\n    return n\n"
    assert [changed(text, mutant) for mutant in mutants_of("law.py", text)] == [
        text.replace(line, new)
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_every_mutant_of_the_model_is_a_program_that_differs(room):
    every = all_mutants(TOP, ROOMS[room][0])
    assert len(every) > 100
    for mutant in every[::7]:
        sound = (TOP / mutant.path).read_text(encoding="utf-8")
        assert sound[mutant.start : mutant.end] == mutant.old
        compile(changed(sound, mutant), mutant.path, "exec")


def checkout(folder, law, test):
    """Write a checkout of one law and its test."""
    for name, text in {"sim/laws.py": law, "tests/test_laws.py": test}.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(text)
    (folder / "sim/__init__.py").write_text("")
    (folder / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\nmarkers = ['slow', 'browser']\n"
    )
    return folder


def test_a_mutant_that_no_test_notices_survives(tmp_path):
    test = "from sim.laws import slope\ndef test_it():\n    assert slope(1.0) == 1.5\n"
    given = checkout(tmp_path, LAW, test)
    noticed, overlooked = (
        next(mutant for mutant in mutants_of("sim/laws.py", LAW) if mutant.old == old)
        for old in ("base + x", "-base")
    )
    found = dict(survivors(given, [noticed, overlooked, noticed], "tests"))
    assert found == {noticed: False, overlooked: True}
    assert (given / "sim/laws.py").read_text() == LAW


def test_tests_that_fail_by_themselves_kill_nobody(tmp_path):
    given = checkout(tmp_path, LAW, "def test_it():\n    assert False\n")
    with pytest.raises(RuntimeError, match="without any mutant"):
        next(survivors(given, [], "tests"))


def test_a_mutant_of_a_law_is_killed():
    text = (TOP / "sim/model/laws/churn.py").read_text(encoding="utf-8")
    mutant = next(
        mutant
        for mutant in mutants_of("sim/model/laws/churn.py", text)
        if mutant.new == "(margin / (hazard - discount))" or mutant.new == "(hazard - discount)"
    )
    found = list(survivors(TOP, [mutant], "tests/model/laws/test_churn_laws.py"))
    assert found == [(mutant, False)]
    assert isinstance(mutant, Mutant)
