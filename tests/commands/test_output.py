"""What is printed shows what a file says, and does nothing to the terminal."""

from __future__ import annotations

import pytest
from rich.table import Table
from typer.testing import CliRunner

from sim.cli import app
from sim.commands.output import print_renderable, print_text, printable


# The oracle is the standards' own: C0 and C1 controls (ECMA-48), bidirectional controls (UAX 9).
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Käufer 客户 עברית", "Käufer 客户 עברית"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[2Jcleared", "\\x1b[2Jcleared"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\rsound", "\\x0dsound"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("\u2066in\u2069", "\\u2066in\\u2069"),
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_what_acts_on_a_terminal_is_written_out(text, shown):
    assert printable(text) == shown


def test_text_is_printed_so(capsys):
    print_text("\x1b[2J", err=True)
    print_text("\x07")
    assert capsys.readouterr() == ("\\x07\n", "\\x1b[2J\n")


def test_tables_are_printed_so(capsys):
    table = Table("na\x1b[2Jme", title="\u202eti")
    table.add_row("\x9b31mred")
    print_renderable(table)
    printed = capsys.readouterr().out
    assert "\\u202eti" in printed
    assert not any(mark in printed for mark in ("\x1b", "\x9b", "\u202e"))


@pytest.mark.parametrize(
    "words",
    [
        ["--no-such\x1b[2J"],
        ["check", "--no-such\x1b[2J"],
        ["che\x1b[2Jck"],
        ["check", "my\x1b[2J.yaml"],
        ["check", "broadband", "--set", "pe\x1b[2Jople.count=1"],
        ["check", "broadband", "--policy", "\x1b[2J\u202eequal"],
        ["report", "no\x1b[2Jfolder"],
        ["explain", "\x1b[2J"],
    ],
)
def test_words_of_a_command_are_repeated_so(words):
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert "\\x1b" in told.stderr
    assert not any(mark in told.stderr for mark in ("\x1b", "\u202e"))
