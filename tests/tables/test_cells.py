"""Tables whatever their encoding, separator and packing."""

import datetime
import gzip
from pathlib import Path

import pytest

from sim.errors import DataError
from sim.tables.cells import read_cells
from sim.tables.decoding import read_text


def written(folder: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_a_table_is_read_in_any_common_encoding(tmp_path, encoding):
    cells = read_cells(written(tmp_path, "id,town\n1,Zürich\n".encode(encoding)))
    assert cells.table.rows() == [("1", "Zürich")]
    assert bool(cells.notes) == (encoding in ("cp1252", "latin-1"))


def test_the_euro_sign_of_windows_is_read(tmp_path):
    assert "€" in read_text(written(tmp_path, b"Umsatz (\x80)\n")).text


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_header_says_its_separator(tmp_path, separator):
    text = "who,when,amount\n1,2031,5\n".replace(",", separator)
    assert read_cells(written(tmp_path, text)).table.columns == ["who", "when", "amount"]


def test_columns_padded_with_spaces_are_apart(tmp_path):
    cells = read_cells(written(tmp_path, "  who   when\n  A     1\n  B     22\n"))
    assert cells.table.rows() == [("A", "1"), ("B", "22")]
    assert cells.lines.to_list() == [2, 3]


def test_a_single_column_may_hold_spaces(tmp_path):
    cells = read_cells(written(tmp_path, "full name\nAnn Lee\nBo van Dyk\n"))
    assert cells.table.rows() == [("Ann Lee",), ("Bo van Dyk",)]


def test_the_separator_that_excel_notes_is_heeded_and_lines_keep_their_numbers(tmp_path):
    cells = read_cells(written(tmp_path, "sep=;\nid;spend, net\n1;5\n"))
    assert cells.table.columns == ["id", "spend, net"]
    assert cells.lines.to_list() == [3]


def test_numbers_are_no_header(tmp_path):
    with pytest.raises(DataError, match=r"csv:1: must be a header .* put a line of names above"):
        read_cells(written(tmp_path, "00001 19970101  1   11.77\n00002 19970112  1   12.00\n"))


def test_gzip_is_unpacked_whatever_its_name(tmp_path):
    packed = gzip.compress(b"id,spend\n1,5\n")
    assert read_cells(written(tmp_path, packed)).table.rows() == [("1", "5")]
    with pytest.raises(DataError, match="cannot be unpacked"):
        read_cells(written(tmp_path, packed[:-6]))


def test_a_workbook_is_read_of_its_first_sheet(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    since = datetime.datetime(2031, 5, 5, 9)
    for row in (["id", "since", "spend"], [7, since, 1.5], ["x", None, 2]):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    cells = read_cells(tmp_path / "table.xlsx")
    assert cells.table["spend"].to_list() == ["1.5", "2.0"]
    assert cells.table["since"].to_list() == ["2031-05-05 09:00:00", None]
    assert cells.lines.to_list() == [2, 3]


def test_what_is_no_workbook_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"workbook"):
        read_cells(written(tmp_path, b"id,spend", "table.xlsx"))


def test_what_is_no_text_is_refused(tmp_path):
    with pytest.raises(DataError, match="is not text"):
        read_cells(written(tmp_path, b"\x00\x01\x02"))
