from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.errors import CommandError
from sim.report.kit.canvas import encode, save_figure, space_out, write_file


def test_labels_that_do_not_touch_stay_where_they_are():
    assert space_out([0.9, 0.1, 0.5], 0.1, 0, 1) == pytest.approx([0.9, 0.1, 0.5])


def test_labels_that_touch_move_apart_about_their_middle():
    assert space_out([0.5, 0.5], 0.1, 0, 1) == pytest.approx([0.45, 0.55])


@given(st.lists(st.floats(-1, 2), min_size=1, max_size=30))
def test_labels_are_in_order_apart_and_inside(wanted):
    gap = 0.05
    placed = space_out(wanted, gap, 0, 1)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    shown = [placed[i] for i in order]
    least = min(gap, 1 / max(len(wanted) - 1, 1))
    assert all(b - a >= least - 1e-9 for a, b in pairwise(shown))
    assert min(shown) >= -1e-9
    assert max(shown) <= 1 + 1e-9


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_picture_drawn_twice_has_the_same_bytes(kind):
    def picture():
        figure = Figure()
        figure.add_subplot().plot([1, 2], [3, 4], marker="o")
        return encode(figure, kind)

    assert picture() == picture()


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"plot\.gif.*\.png"):
        save_figure(Figure(), tmp_path / "plot.gif")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = write_file(tmp_path / "page.html", b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
