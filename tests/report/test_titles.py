import pytest

from sim.report.kit.number_format import ISOLATED
from sim.report.kit.style import LIBRARY
from sim.report.kit.templating import environment
from sim.report.kit.titles import isolate, short_title, title_of


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("value_tiers", "Value tiers"),
        ("manager_vips", "Manager VIPs"),
        ("equal", "Equal treatment"),
        ("placebo value_tiers by load", "Placebo of value tiers by load"),
        ("equal, without talk", "Equal, without talk"),
        ("gold_2", "Gold 2"),
    ],
)
def test_identifiers_become_words(name, title):
    assert title_of(name) == title


@pytest.mark.parametrize(
    "name", ["VIP lane", "普通", "<b>", "a.b", "x" * 61, "", "🙂_tier", "a__b"]
)
def test_what_is_no_identifier_stays_as_it_is(name):
    assert title_of(name) == name


def test_policies_of_the_library_have_titles_of_their_own():
    titles = {title_of(name) for name in LIBRARY}
    assert len(titles) == len(LIBRARY)
    assert not any("_" in title or title[0].islower() for title in titles)


def test_a_title_in_a_picture_is_short():
    assert short_title("a_very_long_name_of_a_policy_indeed", 10) == "A very lo…"


def test_names_in_a_sentence_are_found_and_parts_of_paths_are_not():
    begin, end = ISOLATED
    said = isolate(
        "Choose equal where policies.equal.x > 1, else not_equal.", ["equal", "not_equal"]
    )
    assert said == (
        f"Choose {begin}equal{end} where policies.equal.x > 1, else {begin}not_equal{end}."
    )


def test_a_page_says_the_title_of_a_name_in_a_sentence():
    shown = environment().from_string("{{ said | isolate_names }}")
    said = isolate("Choose value_tiers.", ["value_tiers"])
    assert shown.render(said=said) == "Choose <bdi>Value tiers</bdi>."
