"""Records in arenas: fields of every kind, whole records, and no more told apart than are apart."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.arena import Arena
from sim.core.compile import entry, jitted
from sim.core.numba_support import USES_INTERNALS
from sim.model.records import Records

ROW = np.dtype([("x", "f8"), ("n", "i8"), ("few", "i4"), ("more", "i4"), ("three", "f8", (3,))])


class Two(Arena):
    rows: Records
    others: Records


@pytest.fixture
def two():
    return Two(rows=np.zeros(3, ROW), others=np.zeros(2, ROW))


@entry
def _write_each_field(W):
    row = W.rows[1]
    row.x, row.n, row.few, row.more = 2.5, 1 << 40, -7, 7
    row.three[1] = 4.5
    row.x += row.three[1]
    row.n -= row.few


def test_every_field_is_read_and_written_where_it_lies(two):
    _write_each_field(two)
    assert two.rows[1]["three"].tolist() == [0.0, 4.5, 0.0]
    assert two.rows[1][["x", "n", "few", "more"]].tolist() == (7.0, (1 << 40) + 7, -7, 7)
    assert not two.rows[[0, 2]].view("u1").any()


@entry
def _copy_records(W):
    W.rows[0].x, W.rows[0].few, W.rows[0].three[2] = 1.5, 3, 6.0
    W.others[1] = W.rows[0]
    W.rows[0].x = 9.0
    W.rows[2] = W.others[1]
    return W.others[1].x + W.rows[2].three[2]


def test_whole_records_are_copied_between_arrays(two):
    assert _copy_records(two) == 7.5
    for copy in (two.others[1], two.rows[2]):
        assert (copy["x"], copy["few"], copy["three"].tolist()) == (1.5, 3, [0.0, 0.0, 6.0])
    assert two.rows[0]["x"] == 9.0


NARROW = np.dtype([("one", "i1"), ("other", "i1"), ("two", "i2"), ("trait", "f4")])


class Few(Arena):
    rows: Records


@entry
def _compute_with_narrow_fields(W):
    row = W.rows[0]
    product, square = row.one * row.two, row.trait * row.trait
    row.other -= row.one
    row.trait += 1e-9  # too little to be kept
    return product, square, row.trait


@pytest.mark.skipif(not USES_INTERNALS, reason="this numba's internals are not used")
def test_narrow_fields_are_computed_with_as_eight_bytes_and_stored_as_they_are():
    few = Few(rows=np.array([(-100, 27, -30_000, 0.1)], NARROW))
    trait = float(np.float32(0.1))
    assert _compute_with_narrow_fields(few) == (3_000_000, trait * trait, trait)
    assert few.rows[0].tolist() == (-100, 127, -30_000, trait)


@jitted
def _both(W, i, j):
    return W.rows[i], W.rows[j]


@entry
def _add_through_two_names(W, i, j):
    total = 0.0
    for row in _both(W, i, j):
        row.x += 1.0
        total += W.rows[i].x
    return total


@pytest.mark.parametrize(("i", "j", "total"), [(0, 1, 2.0), (1, 1, 3.0)])
def test_the_same_field_of_the_same_record_is_one_place_under_two_names(two, i, j, total):
    # Fields of other names are told apart; that of the same name never is.
    assert _add_through_two_names(two, i, j) == total
