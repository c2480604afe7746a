import hashlib

import pytest

from sim.results.record_store import Key, RecordStore


def key(number, replication=0):
    return Key(hashlib.sha256(str(number).encode()).digest()[:16], replication)


def content(number):
    return bytes(range(256)) * number + str(number).encode()


def fill(folder, numbers, replication=0):
    store = RecordStore(folder)
    for number in numbers:
        store.add([(key(number, replication), content(number))])
    store.close()


def held(folder, numbers):
    """Say which of some records are there, having checked that those are right."""
    store = RecordStore(folder)
    kept = [number for number in numbers if key(number) in store]
    assert [store.read(key(number)) for number in kept] == [content(number) for number in kept]
    return kept


def test_what_is_written_is_found_again(tmp_path):
    fill(tmp_path, range(5))
    assert held(tmp_path, range(7)) == [0, 1, 2, 3, 4]
    assert key(1, 1) not in RecordStore(tmp_path)
    assert len(RecordStore(tmp_path)) == 5


def test_an_empty_store_writes_nothing(tmp_path):
    assert held(tmp_path / "none", [1]) == []
    assert not (tmp_path / "none").exists()


def test_records_are_there_as_soon_as_they_are_added(tmp_path):
    writing, reading = RecordStore(tmp_path), RecordStore(tmp_path)
    for first in (1, 3):
        writing.add([(key(number), content(number)) for number in (first, first + 1)])
        assert held(tmp_path, [first, first + 1]) == [first, first + 1]
        assert writing.read(key(first + 1)) == content(first + 1)
        assert key(first) not in reading
        reading.reload()
        assert reading.read(key(first)) == content(first)
    writing.close()


def test_of_records_under_one_key_the_last_counts(tmp_path):
    store = RecordStore(tmp_path)
    store.add([(key(1), b"first")])
    store.add([(key(1), b"second")])
    store.close()
    assert store.read(key(1)) == RecordStore(tmp_path).read(key(1)) == b"second"


def test_a_record_torn_anywhere_costs_itself_only(tmp_path):
    fill(tmp_path, range(2))
    [file] = tmp_path.iterdir()
    one = len(file.read_bytes())
    file.unlink()
    fill(tmp_path, range(3))
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    for lost in range(1, len(whole) - one + 1):
        file.write_bytes(whole[:-lost])
        assert held(tmp_path, range(3)) == [0, 1]


@pytest.mark.parametrize("step", range(7))
def test_damage_anywhere_costs_the_record_only(tmp_path, step):
    fill(tmp_path, range(4))
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    for place in range(len(b"EVENHAND RECORDS 1\n") + step, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        file.write_bytes(damaged)
        assert len(held(tmp_path, range(4))) == 3


@pytest.mark.parametrize("other", [b"", b"EVENHAND", b"something else\n" * 9])
def test_other_files_are_left_alone(tmp_path, other):
    (tmp_path / "0-1.records").write_bytes(other)
    fill(tmp_path, [1])
    assert held(tmp_path, [1]) == [1]
    assert (tmp_path / "0-1.records").read_bytes() == other


def test_two_writers_never_meet(tmp_path):
    one, two = RecordStore(tmp_path), RecordStore(tmp_path)
    for number in range(20):
        (one, two)[number % 2].add([(key(number), content(number))])
    one.close()
    two.close()
    assert held(tmp_path, range(20)) == list(range(20))
    assert len(list(tmp_path.iterdir())) == 2
    assert one.has_files_of_others()


def test_ones_own_file_is_not_of_others(tmp_path):
    store = RecordStore(tmp_path)
    store.add([(key(1), b"mine")])
    assert not store.has_files_of_others()
    store.close()
    assert RecordStore(tmp_path).has_files_of_others()
