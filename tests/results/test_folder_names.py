import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.manifest import folder_name, slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Broadband provider", "broadband-provider"),
        ("Crédit à l'été", "credit-a-l-ete"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\NUL", "c-windows-nul"),
        ("", "scenario"),
        ("   ", "scenario"),
        ("..", "scenario"),
        ("-rf *", "rf"),
        ("שלום עולם", "scenario"),
        ("\u202eevil\u202c", "evil"),
        ("a\0b\nc", "a-b-c"),
        ("Ⅳ ﬁne", "iv-fine"),
    ],
)
def test_slugs(name, expected):
    assert slug(name) == expected


def test_a_long_name_is_cut():
    assert slug("x" * 300) == "x" * 60
    assert slug("x" * 59 + " " + "y" * 300) == "x" * 59


@given(st.text(max_size=400))
def test_any_name_gives_a_plain_folder(name):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(name))
    assert len(slug(name)) <= 60


def test_the_fingerprint_tells_equal_names_apart():
    assert folder_name("A b", "0123456789ab") == "a-b-0123456789ab"
