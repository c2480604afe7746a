"""Read who knows whom from an edge list, as text or Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import DataError
from sim.tables.cells import read_parquet
from sim.tables.decoding import read_text
from sim.tables.faults import FileFault, is_parquet, refuse, shorten

__all__ = ["EdgeList", "read_edges"]

_ENDS = ("one", "other")

# The names by which a file with further columns says which two hold a tie's ids.
_PAIRS = (
    ("from", "to"), ("source", "target"), ("src", "dst"), ("id1", "id2"), ("node1", "node2"),
    ("person1", "person2"), ("one", "other"), ("caller", "callee"), ("u", "v"),
)  # fmt: skip
_WAY_OUT = "keep two columns, or name them `from` and `to` in a header"

_MATRIX = "%%matrixmarket"

# Other formats, by how they begin, and what of networkx reads them.
_FORMATS = {
    "GML": (r"(?m)^\s*graph\s*\[", "read_gml({name!r}, label='id')"),
    "GraphML": (r"<graphml\b", "read_graphml({name!r})"),
    "GEXF": (r"<gexf\b", "read_gexf({name!r})"),
    "Pajek": (r"(?mi)^\s*\*(vertices|network)\b", "read_pajek({name!r})"),
    "DOT": (r"(?m)^\s*(strict\s+)?(di)?graph\b[^\[\n]*\{", "nx_pydot.read_dot({name!r})"),
    "JSON": (r"\A\s*\{", "node_link_graph(json.load(open({name!r})))"),
}


class EdgeList(NamedTuple):
    """Ties as a file has them.

    Attributes
    ----------
    pairs : array of int32, shape (lines, 2)
        People by number: self-ties and doubled ties are still there.
    passed_over : tuple of str
        The columns that say something else of a tie, such as a weight, which ties do not have.
    """

    pairs: npt.NDArray[np.int32]
    passed_over: tuple[str, ...]


class _Lines(NamedTuple):
    """Line and both ids of each tie, the names of other columns, and whether ids are places."""

    table: pl.DataFrame
    passed_over: tuple[str, ...]
    by_place: bool = False


def read_edges(path: str | Path, count: int, ids: Sequence[str] | None = None) -> EdgeList:
    """Read ties from a file of two ids a line, or from a sparse matrix.

    Text is separated by spaces, tabs, commas or semicolons; lines that start with ``#`` and empty
    lines are passed over, and so is a header. A Parquet file has two columns, whatever their names.
    There may be further columns where a header names two of them `from` and `to` (or `source` and
    `target`, ...); they are passed over, and so are the values of a matrix in Matrix Market's
    format, whose rows and columns are the people in their order, from 1.

    Parameters
    ----------
    path : str or Path
        Parquet by its suffix (.parquet, .pq), otherwise text, packed by gzip or not.
    count : int
        People.
    ids : sequence of str, optional
        People's names, in order, none twice. Without, names are whole numbers, 0 to count - 1.

    Raises
    ------
    DataError
        Naming file, first line and value of each kind of fault, and its count; for GML and other
        formats, how to turn them into an edge list.

    References
    ----------
    Boisvert, R. F., Pozo, R. & Remington, K. A. (1996). The Matrix Market exchange formats: initial
    design. NISTIR 5935, National Institute of Standards and Technology. doi:10.6028/NIST.IR.5935
    """
    lines = _parquet_lines(path) if is_parquet(path) else _text_lines(path, count)
    if lines.by_place:
        ids = None
    table, numbers = lines.table, _numbered(lines.table, count, ids)
    if not is_parquet(path) and len(table) and _is_header(table, numbers):
        table, numbers = table[1:], numbers[1:]
    rule = f"must be a whole number from 0 to {count - 1}"
    if ids is not None:
        rule = "must be an id of the customer file"
    refuse(path, _faults(table, numbers, rule))
    pairs = np.ascontiguousarray(numbers.to_numpy().astype(np.int32)).reshape(-1, 2)
    return EdgeList(pairs, lines.passed_over)


def _text_lines(path: str | Path, count: int) -> _Lines:
    given = read_text(path).text
    if given[: len(_MATRIX)].lower() == _MATRIX:
        return _matrix_lines(path, given, count)
    _refuse_formats(path, given)
    lines = _numbered_lines(given, "#")
    fields, header = _fields(lines)
    chosen = _chosen_columns(path, header) if _only_words(header) else None
    width = len(header) if chosen else 2
    first, second = chosen or (0, 1)
    table = lines.with_columns(fields.alias("fields"))
    refuse(path, _miscounted(table, width))
    ends = [
        pl.col("fields").list.get(place).str.strip_chars(' \t"').alias(end)
        for place, end in ((first, _ENDS[0]), (second, _ENDS[1]))
    ]
    return _Lines(table.select("line", *ends), _others(header, chosen))


def _matrix_lines(path: str | Path, given: str, count: int) -> _Lines:
    """Return the entries of a sparse square matrix, by place from 0."""
    head, lines = _matrix_head(path, given)
    sizes = lines["text"][0].split() if len(lines) else []
    if len(sizes) != 3 or sizes[0] != sizes[1] or not all(map(str.isdigit, sizes)):
        raise DataError(f"{path}: must give the rows, columns and entries of a square matrix.")
    if int(sizes[0]) > count:
        raise DataError(f"{path}: has {sizes[0]} rows, but there are {count} people.")
    entries = lines[1:].with_columns(pl.col("text").str.extract_all(r"\S+").alias("fields"))
    if len(entries) != int(sizes[2]):
        raise DataError(f"{path}: says that it has {sizes[2]} entries, but has {len(entries)}.")
    width = {"pattern": 2, "complex": 4}.get(head[3], 3)
    wrong = entries.filter(pl.col("fields").list.len() != width)
    if len(wrong):
        line, text = wrong.select("line", "text").row(0)
        rule = f"must hold {width} values (got {shorten(text)})"
        refuse(path, [FileFault(line, "", rule, len(wrong))])
    ends = [
        (pl.col("fields").list.get(place).cast(pl.Int64, strict=False) - 1).cast(pl.String)
        .fill_null(pl.col("fields").list.get(place)).alias(end)
        for place, end in enumerate(_ENDS)
    ]  # fmt: skip
    return _Lines(entries.select("line", *ends), ("value",)[: width - 2], by_place=True)


def _matrix_head(path: str | Path, given: str) -> tuple[list[str], pl.DataFrame]:
    """Return the words of the first line, and the lines that are neither comments nor empty."""
    head = given.split("\n", 1)[0].lower().split()
    if head[1:3] != ["matrix", "coordinate"] or len(head) < 5:
        raise DataError(
            f"{path}:1: must be a sparse matrix, `matrix coordinate ...`; write it as one with "
            "scipy.io.mmwrite(file, scipy.sparse.coo_array(matrix))."
        )
    return head, _numbered_lines(given, "%")


def _numbered_lines(given: str, comment: str) -> pl.DataFrame:
    """Return the lines that are neither comments nor empty, each with its number."""
    text = pl.col("text")
    return (
        pl.DataFrame({"text": pl.Series([given]).str.split("\n").explode()})
        .with_row_index("line", 1)
        .with_columns(text.str.strip_chars())
        .filter((text != "") & ~text.str.starts_with(comment))
    )


def _fields(lines: pl.DataFrame) -> tuple[pl.Expr, list[str]]:
    """Return how to split lines, at the first line's separator, and the first line's fields."""
    first = lines["text"][0] if len(lines) else ""
    for separator in "\t;,":
        if separator in first:
            return pl.col("text").str.split(separator), _names(first.split(separator))
    split = pl.col("text").str.replace_all(r"\s+", " ").str.split(" ")
    return split, _names(first.split())


def _names(fields: Sequence[str]) -> list[str]:
    return [field.strip(' \t"') for field in fields]


def _only_words(header: Sequence[str]) -> bool:
    """Tell whether a first line of three fields and more names columns."""
    return len(header) > 2 and not any(_is_number(name) for name in header)


def _chosen_columns(path: str | Path, header: Sequence[str]) -> tuple[int, int]:
    """Return the places of a tie's two ids among named columns."""
    names = [name.lower() for name in header]
    for one, other in _PAIRS:
        if one in names and other in names:
            return names.index(one), names.index(other)
    told = ", ".join(map(shorten, header[:6]))
    raise DataError(f"{path}:1: must say which columns hold a tie's two ids (got {told}); "
                    f"{_WAY_OUT}.")  # fmt: skip


def _others(header: Sequence[str], chosen: tuple[int, int] | None) -> tuple[str, ...]:
    if chosen is None:
        return ()
    return tuple(name for place, name in enumerate(header) if place not in chosen)


def _miscounted(table: pl.DataFrame, width: int) -> Iterator[FileFault]:
    wrong = table.filter(pl.col("fields").list.len() != width)
    if len(wrong):
        line, text = wrong.select("line", "text").row(0)
        asked = "must hold two ids" if width == 2 else f"must hold {width} values, as the header"
        more = wrong["fields"].list.len().min() or 0
        hint = f"; {_WAY_OUT}" if width == 2 and int(str(more)) > 2 else ""
        yield FileFault(line, "", f"{asked} (got {shorten(text)}){hint}", len(wrong))


def _refuse_formats(path: str | Path, text: str) -> None:
    """Refuse a network in another format, and say how to turn it into an edge list."""
    head, name = text[:4096], Path(path).name
    for format_, (pattern, reader) in _FORMATS.items():
        if re.search(pattern, head):
            read = reader.format(name=name)
            raise DataError(
                f"{path}: is {format_}, not an edge list; turn it into one with networkx: "
                f"nx.write_edgelist(nx.{read}, 'edges.txt', data=False)."
            )


def _parquet_lines(path: str | Path) -> _Lines:
    table = read_parquet(path)
    if table.width < 2:
        raise DataError(f"{path}: must have two columns, a tie's two ids (got {table.width}).")
    header = table.columns
    chosen = _chosen_columns(path, header) if table.width > 2 else (0, 1)
    table = table.select(header[place] for place in chosen)
    wrong = [name for name, kind in table.schema.items() if not _names_people(kind)]
    refuse(path, [FileFault(0, name, "must hold whole numbers or text") for name in wrong])
    table.columns = list(_ENDS)
    return _Lines(table.cast(pl.String).with_row_index("line", 1), _others(header, chosen))


def _names_people(kind: pl.DataType) -> bool:
    return kind.is_integer() or kind in (pl.String, pl.Categorical, pl.Enum)


def _numbered(table: pl.DataFrame, count: int, ids: Sequence[str] | None) -> pl.DataFrame:
    """Return both ends by number, null where no person has that id."""
    if ids is None:
        numbers = table.select(pl.col(*_ENDS).cast(pl.Int64, strict=False))
        within = pl.col(*_ENDS).is_between(0, count - 1)
        return numbers.select(pl.when(within).then(pl.col(*_ENDS)).otherwise(None))
    names = pl.Series(ids, dtype=pl.String)
    places = pl.Series(range(len(names)), dtype=pl.Int64)
    known = pl.col(*_ENDS).replace_strict(names, places, default=None, return_dtype=pl.Int64)
    return table.select(known)


def _is_header(table: pl.DataFrame, numbers: pl.DataFrame) -> bool:
    """Tell a header: two names that are neither people's nor numbers."""
    nobody = all(number is None for number in numbers.row(0))
    return nobody and not any(_is_number(name) for name in table.row(0)[1:])


def _is_number(name: str) -> bool:
    return name.lstrip("+-").replace(".", "", 1).isdigit()


def _faults(table: pl.DataFrame, numbers: pl.DataFrame, rule: str) -> Iterator[FileFault]:
    """Yield the ids that nobody has, as one kind."""
    nobody = [numbers[end].is_null() for end in _ENDS]
    wrong = nobody[0] | nobody[1]
    if wrong.any():
        place = wrong.arg_true()[0]
        end = _ENDS[0] if nobody[0][place] else _ENDS[1]
        name = table[end][place]
        told = f"{rule} (got {shorten(name)}){_counted_from_1(rule, name)}"
        yield FileFault(table["line"][place], "", told, int(wrong.sum()))


def _counted_from_1(rule: str, name: str | None) -> str:
    """Say what may be meant where the only stranger is one above the last number."""
    above = name is not None and name.isdigit() and rule.endswith(f" {int(name) - 1}")
    return "; ids count from 0, not from 1" if above else ""
