import pytest

from sim.report.kit.number_format import legible, quoted
from sim.report.kit.templating import render_template, share_styles


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("a\x07b\u200bc\u202ed\ufeff", "a�b�c�d�"),
        ("ب\u200cخ", "ب\u200cخ"),
        ("👩\u200d🔧", "👩\u200d🔧"),
    ],
)
def test_what_cannot_be_seen_is_shown_but_for_what_scripts_need(text, shown):
    assert legible(text) == shown


def test_a_name_cannot_end_its_own_isolation():
    assert quoted("a\u2069b").count("\u2069") == 1


def test_texts_are_escaped_and_names_set_apart():
    page = render_template("base.html.j2", {"title": "<b>\u202e'\"", "contents": {"a": "&b"}})
    assert "<h1><bdi>&lt;b&gt;�&#39;&#34;</bdi></h1>" in page
    assert '<a href="#a">&amp;b</a>' in page
    assert "<b>" not in page


def test_styles_that_plots_repeat_are_said_once_and_no_other():
    plot = '<svg class="plot "><a style="x:1"/><b style="x:1"/><c style="y:2"/></svg>'
    page = f'<style>\n</style><p style="x:1"></p>{plot}'
    assert share_styles(page) == (
        '<style>\n.s0{x:1}\n</style><p style="x:1"></p>'
        '<svg class="plot "><a class="s0"/><b class="s0"/><c style="y:2"/></svg>'
    )
