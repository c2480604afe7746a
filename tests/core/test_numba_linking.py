"""What compiled code calls is translated once, and gives what Python gets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from sim.core.compile import entry, jitted
from sim.core.numba_support import NEWEST_KNOWN, OLDEST_KNOWN, USES_INTERNALS, is_known

ROOT = Path(__file__).parents[2]
linked = pytest.mark.skipif(not USES_INTERNALS, reason="this numba's internals are not used")


@jitted
def halved(x, rounding):
    if rounding > 9:
        raise ValueError("too much")
    return x / 2 + rounding


@jitted
def twice(x):
    return halved(x, 0) + halved(x, 1) + halved(x, int(x))


@entry
def called(x):
    return twice(x) + 1.0


def test_compiled_callers_and_python_get_the_same():
    assert called(3.0) == twice(3.0) + 1.0 == 1.5 + 2.5 + 4.5 + 1.0


@linked
def test_one_version_serves_all_literals():
    called(3.0)
    part = halved.linked_part()
    assert part.signatures == [(numba.float64, numba.int64)]


PLACES = np.array([(40, 2)], np.dtype([("near", "i4"), ("far", "i8")]))


@jitted
def next_to(place):
    return place + 1


@jitted  # and no entry, whose code may be kept from a run before
def neighbours(places):
    return next_to(places[0].near) + next_to(places[0].far) * next_to(-1 << 40)


def test_fields_of_four_bytes_and_of_eight_are_handed_on_as_they_are():
    assert neighbours(PLACES) == 41 + 3 * (1 - (1 << 40))


@linked
def test_one_version_serves_counts_of_four_bytes_and_of_eight():
    neighbours(PLACES)
    assert next_to.linked_part().signatures == [(numba.int64,)]


def test_what_goes_wrong_inside_reaches_python():
    with pytest.raises(ValueError, match="too much"):
        called(12.0)
    with pytest.raises(ValueError, match="too much"):
        halved(12.0, 12)


def test_a_function_called_by_compiled_code_first_is_callable_by_python_afterwards():
    @jitted
    def inside(values):
        return values.sum()

    @jitted
    def outside(values):
        return 2.0 * inside(values)

    values = np.arange(4.0)
    assert (outside(values), inside(values)) == (12.0, 6.0)


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("0.60.0", False),
        ("0.61.0", True),
        ("0.68.1", True),
        ("0.68.0rc1", True),
        ("0.999.0", False),
        ("1.0.0", False),
        ("another", False),
    ],
)
def test_internals_are_used_with_known_releases_only(version, known):
    assert is_known(version) == known


def test_the_oldest_known_release_is_the_oldest_that_installs():
    project = (ROOT / "pyproject.toml").read_text()
    assert f'"numba>={OLDEST_KNOWN[0]}.{OLDEST_KNOWN[1]}"' in project
    assert OLDEST_KNOWN < NEWEST_KNOWN


PROBE = """
import numpy as np
from sim.core.arena import Arena
from sim.core.compile import allocating_entry, entry, inlined, jitted, machine_code

class Shelf(Arena):
    books: np.ndarray
    weights: np.ndarray

@jitted
def move(shelf, i, j):
    shelf.books[i].pages += shelf.books[j].pages
    shelf.weights[i, j] = shelf.weights.shape[0] + shelf.books.shape[0]  # 2 + 3

@inlined
def half(x):
    return x / 2

@entry
def work(shelf):
    move(shelf, 0, 1)
    return half(shelf.books[0].pages) / 0.0, half(shelf.books[0].pages)

@allocating_entry
def many(shelf):
    return np.arange(shelf.books[0].pages)

books = np.array([(1, 2.0), (4, 3.0), (9, 9.0)], np.dtype([("pages", "i8"), ("price", "f8")]))
shelf = Shelf(books=books, weights=np.zeros((2, 2)))
print(*machine_code(work, shelf)(shelf), shelf.books["pages"].tolist(), shelf.weights[0].tolist())
print(many(shelf.with_arrays(weights=np.ones((1, 1)))).tolist())
"""
# By hand: 1 + 4 = 5 pages, of which a half is 2.5; divided by zero, infinity as in numpy.
SAID = "inf 2.5 [5, 4, 9] [0.0, 5.0]\n[0, 1, 2, 3, 4]\n"

# The first event of a run: ranks, tiers, and everybody's first need. A whole run would be compiled
# for minutes without the linking.
RUN = """
import hashlib
from sim.core.compile import machine_code
from sim.model.build import build_world
from sim.model.events.month_end import start_run
from sim.model.policy.entitlements import policy_tables
from sim.model.records import wide
from sim.scenario.reading.load import from_mapping

scenario = from_mapping({"name": "Any", "months": 2, "people": {"count": 300},
                         "policies": {"value_tiers": {}}})
world = build_world(scenario, policy_tables(scenario, "value_tiers"), 0)
count = machine_code(start_run, world)(world)
# Without the linking, a person's traits are stored eight bytes wide.
people = b"".join(wide(world.people[name]).tobytes() for name in world.people.dtype.names)
told = people + world.scheduled[:count].tobytes() + world.groups.tobytes()
print(hashlib.sha256(told).hexdigest())
"""


def said(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("plain", ["0", "1"])
def test_arrays_and_calls_do_the_same_in_both_ways(plain, tmp_path):
    file = tmp_path / "probe.py"  # a file, since numba keeps no machine code of text
    file.write_text(PROBE)
    code = f"import runpy; runpy.run_path({str(file)!r})"
    ran = said(code, EVENHAND_PLAIN_NUMBA=plain, NUMBA_CACHE_DIR=str(tmp_path / "code"))
    assert ran.stdout == SAID, ran.stderr


KEPT = """
import pickle
from llvmlite import binding
from sim.core.compile import cache_folder
from probe import work

print(sum(work.stats.cache_hits.values()))
(file,) = cache_folder().rglob("probe.work-*.nbc")
code, left = pickle.loads(file.read_bytes())[0][2]
module = binding.parse_bitcode(left)
print(len(code) > 0, len(list(module.functions)), len(list(module.global_variables)) > 0)
"""


@linked
@pytest.mark.slow
def test_what_is_kept_is_machine_code_without_what_could_be_linked(tmp_path):
    (tmp_path / "probe.py").write_text(PROBE)
    where = {"NUMBA_CACHE_DIR": str(tmp_path / "code"), "PYTHONPATH": str(tmp_path)}
    for hits in ("0", "1"):  # it is compiled by the first process, and loaded by the second
        assert said(KEPT, **where).stdout == SAID + hits + "\nTrue 0 True\n"


@pytest.mark.whole
def test_a_run_begins_with_the_same_bytes_in_both_ways(tmp_path):
    linked, plain = (
        said(RUN, EVENHAND_PLAIN_NUMBA=plain, NUMBA_CACHE_DIR=str(tmp_path / plain))
        for plain in ("0", "1")
    )
    assert plain.returncode == 0, plain.stderr
    assert len(plain.stdout) == 65
    assert plain.stdout == linked.stdout


def test_an_unknown_release_is_warned_of_and_works():
    code = (
        "import numba, warnings; numba.__version__ = '0.999.1'; warnings.simplefilter('always')\n"
        "from sim.core.numba_support import USES_INTERNALS\n"
        "from sim.core.compile import jitted\n"
        "print(USES_INTERNALS, jitted(lambda x: x + 1)(2))"
    )
    ran = said(code)
    assert ran.stdout == "False 3\n"
    assert "Numba 0.999.1 is not among the releases tested, 0.61 to 0.68" in ran.stderr


def test_numba_told_to_compile_nothing_is_a_plain_error():
    code = "from sim.cli import main; import sys; sys.argv = ['sim', 'run', 'broadband']; main()"
    ran = said(code, NUMBA_DISABLE_JIT="1")
    assert ran.returncode == 2
    assert ran.stderr.startswith("NUMBA_DISABLE_JIT is set")
    assert "Traceback" not in ran.stderr
