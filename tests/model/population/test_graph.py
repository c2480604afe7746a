"""The social graph: its form, and what each kind promises."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse
from scipy.io import mmwrite

from sim.errors import DataError, InputError
from sim.model.population.edge_list import read_edges
from sim.model.population.graph import Graph, build_graph
from sim.model.population.graph_blocks import propensities
from sim.scenario.schema.network import Network

KEY = 77
DRAWN = ("small_world", "scale_free", "blocks", "random")
FACEBOOK = Path(__file__).parents[4] / "shared" / "data" / "facebook_edges.txt"


def network(kind: str, mean_degree: float = 10, **keys: object) -> Network:
    return Network(kind=kind, mean_degree=mean_degree, **keys)


def degrees(graph: Graph) -> np.ndarray:
    return np.diff(graph.starts)


def ends(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of every tie, each tie from either side."""
    return np.repeat(np.arange(len(graph.starts) - 1), degrees(graph)), graph.ties


def tie_set(graph: Graph) -> set[tuple[int, int]]:
    return {(int(one), int(other)) for one, other in zip(*ends(graph), strict=True) if one < other}


def clustering(graph: Graph) -> float:
    """Mean over people of the share of their neighbours' pairs that are tied (Watts & Strogatz)."""
    known = [set(row.tolist()) for row in np.split(graph.ties, graph.starts[1:-1])]
    shares = [
        sum(len(known[other] & row) for other in row) / (len(row) * (len(row) - 1))
        for row in known
        if len(row) > 1
    ]
    return sum(shares) / len(known)


def assert_well_formed(graph: Graph, count: int) -> None:
    assert (graph.starts.dtype, graph.ties.dtype) == (np.int64, np.int32)
    assert graph.starts.shape == (count + 1,)
    assert graph.starts[0] == 0
    assert graph.starts[-1] == len(graph.ties)
    one, other = ends(graph)
    assert (one != other).all()
    assert ((other >= 0) & (other < count)).all()
    # Rising (person, neighbour) pairs: rows sorted, and no tie twice.
    assert (np.diff(one * count + other) > 0).all()
    assert np.array_equal(np.sort(other * count + one), one * count + other)


@pytest.mark.parametrize("kind", DRAWN)
def test_ties_are_mutual_sorted_and_met_exactly_on_average(kind):
    graph = build_graph(network(kind, 8), 5_000, KEY)
    assert_well_formed(graph, 5_000)
    assert degrees(graph).mean() == 8.0


@st.composite
def networks(draw: st.DrawFn) -> tuple[Network, int]:
    kind = draw(st.sampled_from([*DRAWN, "none"]))
    count = draw(st.integers(3 if kind == "small_world" else 0, 40))
    most = max(count - 1, 0)
    mean = draw(st.floats(0.0, most))
    if kind == "small_world":
        mean = 2.0 * draw(st.integers(1, most // 2))
    keys = {
        "rewire": draw(st.floats(0, 1)),
        "blocks": draw(st.integers(1, 6)),
        "mixing": draw(st.floats(0, 1)),
        "degree_cv": draw(st.sampled_from([0.0, 0.5, 3.0, 50.0])),
    }
    return network(kind, mean, **keys), count


def build_or_reject(asked: Network, count: int, key: int) -> Graph:
    try:
        return build_graph(asked, count, key)
    except InputError:
        # Blocks may lack room for their ties; nothing else drawn here may fail.
        assume(asked.kind != "blocks")
        raise


@given(networks(), st.integers(0, 2**62))
def test_any_small_graph_is_well_formed_and_repeatable(drawn, key):
    asked, count = drawn
    graph = build_or_reject(asked, count, key)
    assert_well_formed(graph, count)
    total = 0 if asked.kind == "none" or count < 2 else round(count * asked.mean_degree / 2)
    assert len(graph.ties) == 2 * total
    assert np.array_equal(graph.ties, build_graph(asked, count, key).ties)


@pytest.mark.parametrize("kind", DRAWN)
def test_the_key_decides(kind):
    one, again = (build_graph(network(kind), 400, KEY) for _ in range(2))
    assert np.array_equal(one.ties, again.ties)
    assert np.array_equal(one.starts, again.starts)
    assert tie_set(one) != tie_set(build_graph(network(kind), 400, KEY + 1))


@pytest.mark.parametrize("kind", [*DRAWN, "none"])
@pytest.mark.parametrize("count", [0, 1])
def test_nobody_and_one_alone_have_no_ties(kind, count):
    graph = build_graph(network(kind), count, KEY)
    assert graph.starts.tolist() == [0] * (count + 1)
    assert len(graph.ties) == 0


def test_no_network_ties_nobody():
    graph = build_graph(network("none"), 50, KEY)
    assert graph.starts.tolist() == [0] * 51


@pytest.mark.parametrize("kind", ["scale_free", "random", "blocks"])
def test_no_degree_ties_nobody(kind):
    assert len(build_graph(network(kind, 0), 50, KEY).ties) == 0


@pytest.mark.parametrize("kind", ["scale_free", "random", "blocks"])
def test_two_people_can_know_each_other(kind):
    graph = build_graph(network(kind, 1, blocks=1, mixing=0), 2, KEY)
    assert tie_set(graph) == {(0, 1)}


@pytest.mark.parametrize("kind", DRAWN)
def test_everybody_may_know_everybody(kind):
    graph = build_graph(network(kind, 20, blocks=1, mixing=0), 21, KEY)
    assert (degrees(graph) == 20).all()


@pytest.mark.parametrize("kind", DRAWN)
def test_nobody_can_know_more_people_than_there_are(kind):
    with pytest.raises(InputError, match=r"mean_degree: must be at most 9, as there are 10 people"):
        build_graph(network(kind), 10, KEY)


def test_small_world_without_rewiring_is_a_ring():
    graph = build_graph(network("small_world", 6, rewire=0), 1_000, KEY)
    steps = (graph.ties.reshape(1_000, 6) - np.arange(1_000)[:, None]) % 1_000
    assert (np.sort(steps, axis=1) == [1, 2, 3, 997, 998, 999]).all()


@pytest.mark.parametrize("degree", [4, 6, 10])
def test_ring_has_the_known_clustering(degree):
    graph = build_graph(network("small_world", degree, rewire=0), 500, KEY)
    assert clustering(graph) == pytest.approx(3 * (degree - 2) / (4 * (degree - 1)), rel=1e-12)


@pytest.mark.statistical
@pytest.mark.parametrize("rewire", [0.05, 0.3, 1.0])
def test_rewiring_thins_clustering_and_keeps_half_of_the_ties(rewire):
    """Barrat & Weigt 2000, https://doi.org/10.1007/s100510050067: by (1 - rewire)^3 to O(1/n)."""
    graph = build_graph(network("small_world", 10, rewire=rewire), 5_000, KEY)
    assert clustering(graph) == pytest.approx(2 / 3 * (1 - rewire) ** 3, abs=0.01)
    assert degrees(graph).min() >= 5
    ring = tie_set(build_graph(network("small_world", 10, rewire=0), 5_000, KEY))
    moved = len(ring - tie_set(graph)) / len(ring)
    assert abs(moved - rewire) < 4 * (0.25 / len(ring)) ** 0.5 + 10 / 5_000


def test_a_small_world_wants_an_even_degree():
    asked = network("small_world").model_copy(update={"mean_degree": 5.0})
    with pytest.raises(InputError, match="even whole number"):
        build_graph(asked, 100, KEY)


@pytest.mark.statistical
def test_scale_free_tail_is_that_of_preferential_attachment():
    """P(K >= k) = m (m + 1) / (k (k + 1)), Dorogovtsev, Mendes & Samukhin 2000,
    https://doi.org/10.1103/PhysRevLett.85.4633.
    """
    count = 50_000
    drawn = degrees(build_graph(network("scale_free", 10), count, KEY))
    assert drawn.min() == 5
    for least in (8, 20, 60):
        share = 5 * 6 / (least * (least + 1))
        error = (share / count) ** 0.5
        assert abs((drawn >= least).mean() - share) < 4 * error + 0.02 * share


@pytest.mark.statistical
def test_scale_free_tail_is_heavier_than_random():
    random, free = (degrees(build_graph(network(k), 20_000, KEY)) for k in ("random", "scale_free"))
    assert random.max() < 40 < 200 < free.max()
    assert free.var() > 5 * random.var()


@pytest.mark.parametrize("mean", [0.5, 1.0, 2.6, 5.0, 7.3])
def test_scale_free_meets_any_mean_degree(mean):
    graph = build_graph(network("scale_free", mean), 1_000, KEY)
    assert_well_formed(graph, 1_000)
    assert len(graph.ties) == 2 * round(500 * mean)


@pytest.mark.statistical
def test_hubs_of_a_scale_free_network_are_anywhere_among_people():
    hubs = np.argsort(degrees(build_graph(network("scale_free"), 20_000, KEY)))[-400:]
    assert abs(hubs.mean() / 20_000 - 0.5) < 4 * (1 / 12 / 400) ** 0.5


@pytest.mark.statistical
def test_random_degrees_are_binomial():
    count = 20_000
    drawn = degrees(build_graph(network("random"), count, KEY))
    assert abs(drawn.var() - 10) < 4 * (210 / count) ** 0.5
    assert abs((drawn == 0).mean() - np.exp(-10)) < 4 * (np.exp(-10) / count) ** 0.5
    assert clustering(build_graph(network("random"), 5_000, KEY)) < 0.01


@pytest.mark.parametrize(("blocks", "mixing"), [(20, 0.1), (7, 0.5), (3, 0.0), (50, 1.0)])
def test_blocks_mix_as_asked(blocks, mixing):
    graph = build_graph(network("blocks", 10, blocks=blocks, mixing=mixing), 2_003, KEY)
    assert_well_formed(graph, 2_003)
    one, other = (end * blocks // 2_003 for end in ends(graph))
    assert (one != other).mean() == pytest.approx(mixing, abs=1e-4)


@pytest.mark.statistical
@pytest.mark.parametrize("cv", [0.0, 0.5, 1.0])
def test_block_degrees_follow_propensity(cv):
    count = 20_000
    graph = build_graph(network("blocks", 10, degree_cv=cv), count, KEY)
    weights, drawn = propensities(count, cv, KEY), degrees(graph)
    assert weights.std() == pytest.approx(cv, rel=0.05)
    for low, high in ((0.0, 0.5), (0.5, 1.0), (1.0, 2.0), (2.0, 4.0)):
        group = (weights >= low) & (weights < high)
        if group.sum() > 100:
            wanted = 10 * weights[group].mean()
            assert drawn[group].mean() == pytest.approx(wanted, rel=0.04)
    assert (drawn.std() / 10) ** 2 == pytest.approx(cv**2 + 0.1, rel=0.1)


def test_blocks_may_be_filled_to_the_last_tie():
    graph = build_graph(network("blocks", 9, blocks=4, mixing=0), 40, KEY)
    assert len(tie_set(graph)) == 4 * comb(10, 2)


def test_blocks_may_know_every_other_block():
    graph = build_graph(network("blocks", 30, blocks=4, mixing=1), 40, KEY)
    assert (degrees(graph) == 30).all()


@pytest.mark.parametrize(
    ("blocks", "mixing", "where"), [(20, 0.0, "inside"), (1, 0.5, "between"), (200, 0.0, "inside")]
)
def test_blocks_without_room_are_refused(blocks, mixing, where):
    with pytest.raises(InputError, match=rf"{blocks} blocks of 100 people have room .* {where}"):
        build_graph(network("blocks", 10, blocks=blocks, mixing=mixing), 100, KEY)


# Edge lists.


def from_file(path: Path, count: int, ids: list[str] | None = None) -> Graph:
    return build_graph(Network(kind="file", file=str(path)), count, KEY, ids)


def written(folder: Path, text: str) -> Path:
    path = folder / "ties.txt"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        "0 1\n1 2\n",
        "0,1\n1,2",
        "0\t1\r\n1\t2\r\n",
        "0; 1\n1; 2\n",
        "# from to\n\n  0   1  \n# more\n1 2\n\n",
        "id_1,id_2\n0,1\n1,2\n",
        '"from","to"\n"0","1"\n"1","2"\n',
        "\ufefffrom to\n0 1\n1 2\n",
        "0 1\n1 0\n1 2\n1 2\n2 2\n",
    ],
)
def test_an_edge_list_is_read_however_it_is_written(tmp_path, text):
    graph = from_file(written(tmp_path, text), 4)
    assert_well_formed(graph, 4)
    assert tie_set(graph) == {(0, 1), (1, 2)}


@pytest.mark.parametrize("text", ["", "# nobody\n", "from to\n", "3 3\n"])
def test_an_edge_list_may_hold_no_tie(tmp_path, text):
    assert len(from_file(written(tmp_path, text), 4).ties) == 0


def test_an_edge_list_may_name_people_of_the_customer_file(tmp_path):
    ids = ["Ann Lee", "007", "C-3"]
    named = written(tmp_path, "a,b\nC-3,Ann Lee\n007,C-3\n")
    assert tie_set(from_file(named, 3, ids)) == {(0, 2), (1, 2)}


@pytest.mark.parametrize("ids", [None, ["0", "1", "2", "3"]])
def test_an_edge_list_may_be_parquet(tmp_path, ids):
    path = tmp_path / "ties.parquet"
    pl.DataFrame({"a": [0, 1, 1], "b": [1, 0, 3]}).write_parquet(path)
    assert tie_set(from_file(path, 4, ids)) == {(0, 1), (1, 3)}


@pytest.mark.parametrize(
    ("text", "ids", "line", "rule"),
    [
        ("0 1\n1 4\n", None, 2, r"whole number from 0 to 3 \(got '4'\)"),
        ("0 1\n\n-1 2\n", None, 3, r"from 0 to 3 \(got '-1'\)"),
        ("0 1\n# x\nann 1\n", None, 3, r"from 0 to 3 \(got 'ann'\)"),
        ("0.5 1\n", None, 1, r"from 0 to 3 \(got '0.5'\)"),
        ("0 1\n2\n", None, 2, r"must hold two ids \(got '2'\)"),
        ("0,1\n1,2,7\n", None, 2, r"must hold two ids \(got '1,2,7'\)"),
        ("a b\nb z\n", ["a", "b", "c", "d"], 2, r"id of the customer file \(got 'z'\)"),
    ],
)
def test_a_wrong_edge_list_is_refused_by_line(tmp_path, text, ids, line, rule):
    path = written(tmp_path, text)
    with pytest.raises(DataError, match=rf"ties\.txt:{line}: .*{rule}"):
        from_file(path, 4, ids)


def test_strangers_in_an_edge_list_are_told_once_with_a_count(tmp_path):
    path = written(tmp_path, "0 1\n" + "".join(f"{i} {i}\n" for i in range(10, 30)))
    with pytest.raises(DataError) as caught:
        from_file(path, 4)
    rule = "must be a whole number from 0 to 3 (got '10'); the same in 19 more lines."
    assert str(caught.value) == f"{path}:2: {rule}"


def test_ids_that_count_from_1_are_explained(tmp_path):
    with pytest.raises(DataError, match="ids count from 0, not from 1"):
        from_file(written(tmp_path, "1 2\n2 3\n3 4\n"), 4)


WEIGHTED = "calls,from,to\n9,0,3\n2,1,2\n9,0,3\n"


def test_a_header_says_which_columns_hold_the_ids(tmp_path):
    edges = read_edges(written(tmp_path, WEIGHTED), 4)
    assert edges.pairs.tolist() == [[0, 3], [1, 2], [0, 3]]
    assert edges.passed_over == ("calls",)
    table = pl.DataFrame({"w": [0.5], "source": [1], "target": [2]})
    table.write_parquet(tmp_path / "ties.parquet")
    edges = read_edges(tmp_path / "ties.parquet", 4)
    assert (edges.pairs.tolist(), edges.passed_over) == ([[1, 2]], ("w",))


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ("calls,a,b\n9,0,3\n", 1, "must say which columns hold a tie's two ids"),
        ("0 3 9\n1 2 2\n", 1, "must hold two ids .* name them `from` and `to`"),
        ("from,to,calls\n0,3,9\n1,2\n", 3, "must hold 3 values, as the header"),
    ],
)
def test_columns_that_could_be_read_two_ways_are_refused(tmp_path, text, line, rule):
    with pytest.raises(DataError, match=rf"ties\.txt:{line}: {rule}"):
        from_file(written(tmp_path, text), 4)


MATRIX = """%%MatrixMarket matrix coordinate real general
% three ties among four people
4 4 3
1 4 9.5
2 3 2
4 1 9.5
"""


def test_a_sparse_matrix_is_read_by_place(tmp_path):
    edges = read_edges(written(tmp_path, MATRIX), 4)
    assert edges.pairs.tolist() == [[0, 3], [1, 2], [3, 0]]
    assert edges.passed_over == ("value",)
    named = read_edges(written(tmp_path, MATRIX), 4, ["d", "c", "b", "a"])
    assert named.pairs.tolist() == edges.pairs.tolist()


def test_a_sparse_matrix_as_scipy_writes_it_is_read(tmp_path):
    matrix = sparse.coo_array(([1, 1], ([2, 3], [0, 1])), shape=(4, 4))
    mmwrite(tmp_path / "ties.mtx", matrix, field="pattern", symmetry="symmetric")
    assert tie_set(from_file(tmp_path / "ties.mtx", 4)) == {(0, 2), (1, 3)}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("coordinate real", "array real", "1: must be a sparse matrix"),
        ("4 4 3", "4 5 3", "of a square matrix"),
        ("4 4 3", "9 9 3", "has 9 rows, but there are 4 people"),
        ("4 4 3", "4 4 2", "says that it has 2 entries, but has 3"),
        ("2 3 2", "2 3", r"5: must hold 3 values \(got '2 3'\)"),
        ("2 3 2", "2 7 2", r"5: must be a whole number from 0 to 3"),
    ],
)
def test_a_wrong_matrix_is_refused(tmp_path, old, new, rule):
    with pytest.raises(DataError, match=rule):
        from_file(written(tmp_path, MATRIX.replace(old, new)), 4)


@pytest.mark.parametrize(
    ("text", "format_", "reader"),
    [
        ("graph [\n  node [ id 0 ]\n]\n", "GML", "read_gml"),
        ("Creator x\ngraph\n[\n]\n", "GML", "read_gml"),
        ("<?xml version='1.0'?>\n<graphml>\n</graphml>\n", "GraphML", "read_graphml"),
        ("*Vertices 2\n1 a\n*Edges\n", "Pajek", "read_pajek"),
        ("digraph G {\n a -> b\n}\n", "DOT", "read_dot"),
        ('{"nodes": [], "links": []}\n', "JSON", "node_link_graph"),
    ],
)
def test_another_format_is_named_with_the_way_to_an_edge_list(tmp_path, text, format_, reader):
    with pytest.raises(DataError) as caught:
        from_file(written(tmp_path, text), 4)
    (told,) = str(caught.value).splitlines()
    assert f"is {format_}, not an edge list" in told
    assert reader in told


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ({"a": [0], "b": [1], "c": [2]}, "two columns"),
        ({"a": [0.5], "b": [1.0]}, "a: must hold whole numbers or text"),
        ({"a": [0, None], "b": [1, 2]}, r"row 2: .* \(got nothing\)"),
    ],
)
def test_a_wrong_parquet_edge_list_is_refused(tmp_path, table, rule):
    path = tmp_path / "ties.parquet"
    pl.DataFrame(table).write_parquet(path)
    with pytest.raises(DataError, match=rule):
        from_file(path, 4)


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        from_file(tmp_path / "none.txt", 4)
    path = tmp_path / "ties.parquet"
    path.write_text("0 1\n")
    with pytest.raises(DataError, match="as Parquet"):
        from_file(path, 4)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_doubled_ties_and_self_ties_are_merged(tmp_path_factory, pairs):
    path = written(tmp_path_factory.mktemp("ties"), "\n".join(f"{a} {b}" for a, b in pairs))
    graph = from_file(path, 10)
    assert_well_formed(graph, 10)
    assert tie_set(graph) == {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


@pytest.mark.skipif(not FACEBOOK.exists(), reason="the Facebook edge list is not on this machine")
def test_the_facebook_graph_has_its_known_size():
    graph = from_file(FACEBOOK, 4_039)
    assert_well_formed(graph, 4_039)
    assert len(graph.ties) == 2 * 88_234
    assert degrees(graph).max() == 1_045
    assert clustering(graph) == pytest.approx(0.6055, abs=5e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [one if one == "small_world" else pytest.param(one, marks=pytest.mark.whole) for one in DRAWN],
)
def test_a_million_people_are_tied(kind):
    graph = build_graph(network(kind), 1_000_000, KEY)
    assert len(graph.ties) == 10_000_000
    assert (
        np.diff(graph.ties)[np.diff(np.repeat(np.arange(1_000_000), degrees(graph))) == 0] > 0
    ).all()
