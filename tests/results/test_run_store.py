import hashlib
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from sim.errors import RunError
from sim.results.run_store import RunStore

COLUMNS = ("wait", "profit", "customers")


def address(number):
    return hashlib.sha256(str(number).encode()).digest()[:16]


def row(number, replication=0):
    return np.array([number, np.nan, number + replication / 8])


def addresses(*numbers):
    return np.frombuffer(b"".join(map(address, numbers)), np.uint8).reshape(-1, 16)


def fill(folder, numbers, replication=0):
    store = RunStore(folder, COLUMNS)
    for number in numbers:
        store.add(address(number), replication, row(number, replication))
    store.close()


def held(folder, numbers, replication=0):
    """Say which of some rows are there, having checked that those are right."""
    store = RunStore(folder, COLUMNS)
    places = store.find(addresses(*numbers), replication)
    kept = [number for number, place in zip(numbers, places, strict=True) if place >= 0]
    wanted = np.array([row(number, replication) for number in kept]).reshape(-1, 3)
    np.testing.assert_array_equal(store.values(places[places >= 0]), wanted)
    return kept


def test_what_is_written_is_found_again(tmp_path):
    fill(tmp_path, range(5))
    fill(tmp_path, range(3), replication=1)
    assert held(tmp_path, range(7)) == [0, 1, 2, 3, 4]
    assert held(tmp_path, range(7), replication=1) == [0, 1, 2]
    assert held(tmp_path, range(7), replication=2) == []


def test_an_empty_store_writes_nothing(tmp_path):
    assert held(tmp_path / "none", [1]) == []
    assert not (tmp_path / "none").exists()


def test_a_row_is_there_as_soon_as_it_is_added(tmp_path):
    writing = RunStore(tmp_path, COLUMNS)
    writing.add(address(1), 0, row(1))
    assert held(tmp_path, [1]) == [1]
    writing.close()


def test_a_row_torn_anywhere_costs_itself_only(tmp_path):
    fill(tmp_path, range(3))
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    size = 16 + 8 + 8 * 3 + 4
    for lost in range(1, size + 1):
        file.write_bytes(whole[:-lost])
        assert held(tmp_path, range(3)) == [0, 1]


def test_a_damaged_row_costs_itself_only(tmp_path):
    fill(tmp_path, range(3))
    [file] = tmp_path.iterdir()
    whole = bytearray(file.read_bytes())
    whole[-70] ^= 1
    file.write_bytes(whole)
    assert held(tmp_path, range(3)) == [0, 2]


@pytest.mark.parametrize("content", [b"", b"EVENHAND", b"something else\n" * 9])
def test_other_files_are_left_alone(tmp_path, content):
    (tmp_path / "0-1.rows").write_bytes(content)
    fill(tmp_path, [1])
    assert held(tmp_path, [1]) == [1]
    assert (tmp_path / "0-1.rows").read_bytes() == content


def test_rows_of_other_measures_are_not_taken(tmp_path):
    fill(tmp_path, [1])
    assert len(RunStore(tmp_path, ("wait", "profit"))) == 0


def test_two_writers_never_meet(tmp_path):
    one, two = RunStore(tmp_path, COLUMNS), RunStore(tmp_path, COLUMNS)
    for number in range(50):
        (one, two)[number % 2].add(address(number), 0, row(number))
        one.add(address(0), 0, row(0))
    one.close()
    two.close()
    assert held(tmp_path, range(50)) == list(range(50))
    assert len(list(tmp_path.iterdir())) == 2


def test_many_files_need_no_many_handles(tmp_path):
    for number in range(40):
        fill(tmp_path, [number])
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 8, before[1])
    )
    try:
        assert held(tmp_path, range(40)) == list(range(40))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.results.test_run_store import COLUMNS, RunStore, address, row
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
store = RunStore(Path(sys.argv[1]), COLUMNS)
for number in range(100):
    store.add(address(number), 0, row(number))
"""


def test_a_full_disk_is_told_and_costs_no_finished_row(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert RunError.__name__ in ran.stderr
    assert "the same command continues" in ran.stderr
    kept = held(tmp_path, range(100))
    assert kept == list(range(len(kept)))
    assert 3 <= len(kept) <= 6
    fill(tmp_path, range(len(kept), 100))
    assert held(tmp_path, range(100)) == list(range(100))
