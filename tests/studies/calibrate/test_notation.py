"""How a fitted scenario is written, by worked examples."""

import shlex

import pytest

from sim.studies.calibrate.notation import command_lines, comments


def test_a_long_comment_goes_on_in_the_next_line():
    first, second = comments(["word " * 25], "  ")
    assert first == "  # " + " ".join(["word"] * 19)
    assert second == "  #   " + " ".join(["word"] * 6)
    assert list(comments(["short"])) == ["# short"]


@pytest.mark.parametrize(
    "words",
    [
        ["sim", "calibrate", "calls.csv", "-o", "desk.yaml"],
        ["sim", "calibrate", "calls.csv", *("--customer", "Customer no") * 9, "-o", "it's.yaml"],
        ["sim", "calibrate", "calls.csv", "--customer", "no -x " * 30, "--unit", "seconds"],
    ],
)
def test_a_command_can_be_copied_from_its_comment(words):
    lines = list(command_lines(shlex.join(words)))
    assert all(line.startswith("# ") for line in lines)
    text = "\n".join(line.removeprefix("# ") for line in lines)
    assert shlex.split(text.replace("\\\n", "")) == words  # as a shell joins lines
    assert (len(lines) > 1) == (len(" ".join(words)) > 98)
