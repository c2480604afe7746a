"""Tables whose first row is data: refused, with what to do, and read by number."""

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import DataError
from sim.studies.calibrate.log import Columns, read_log
from sim.studies.calibrate.purchase_rows import PurchaseColumns, read_purchases

CALLS = "2031-05-05 08:00:00,12,180,served\n2031-05-05 08:05:00,30,,abandoned\n"
BY_NUMBER = {"arrival": "1", "wait": "2", "service": "3", "outcome": "4", "unit": "seconds"}


def written(tmp_path, text):
    path = tmp_path / "log.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (CALLS, "'2031-05-05 08:00:00', '12', '180', 'served'"),
        (CALLS.replace(",", ";"), "'2031-05-05 08:00:00', '12', '180', 'served'"),
        ("5/5/2031,12,12,served\n" * 3, "'5/5/2031', '12', '12', 'served'"),  # a name twice
        ("1 2 3\n4 5 6\n", "'1', '2', '3'"),
    ],
)
def test_a_first_row_of_data_is_refused_with_the_flag_that_decides(tmp_path, text, shown):
    with pytest.raises(DataError, match="row of data") as found:
        read_log(written(tmp_path, text), Columns())
    assert shown in str(found.value)
    assert "--no-header" in str(found.value)


def test_names_are_not_taken_for_data(tmp_path):
    with pytest.raises(DataError, match="has no column 'arrival'"):
        read_log(written(tmp_path, "when,q1,q2\n2031-05-05,1,2\n"), Columns())


def test_a_title_above_the_header_is_told(tmp_path):
    text = "Calls of May,,,\narrival,wait,service,outcome\n2031-05-05 08:00,1,2,served\n"
    with pytest.raises(DataError, match="title stand above the header, delete them"):
        read_log(written(tmp_path, text), Columns())


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_columns_are_named_by_number(tmp_path, separator):
    path = written(tmp_path, CALLS.replace(",", separator))
    log = read_log(path, Columns(header=False, **BY_NUMBER))
    assert log.wait.tolist() == pytest.approx([0.2, 0.5])
    assert log.service.tolist() == [3.0, 0.0]
    assert log.served.tolist() == [True, False]


def test_a_number_beyond_the_last_column_names_the_flag(tmp_path):
    with pytest.raises(DataError, match=r"no column '9'; there are 1, 2, 3, 4.*--wait"):
        read_log(written(tmp_path, CALLS), Columns(header=False, **BY_NUMBER | {"wait": "9"}))


def test_rows_that_cannot_be_used_keep_their_lines(tmp_path):
    log = read_log(
        written(tmp_path, CALLS + "soon,1,2,served\n"), Columns(header=False, **BY_NUMBER)
    )
    assert [(one.rows, one.line) for one in log.unused] == [(1, 3)]


def test_purchases_in_columns_of_spaces_are_read_by_number(tmp_path):
    path = written(tmp_path, " 00001 20310105  1   11.77\n 00002 20310112  5   77.00\n")
    with pytest.raises(DataError, match="--no-header"):
        read_purchases(path, PurchaseColumns())
    names = PurchaseColumns(customer="1", date="2", amount="4", header=False)
    rows = read_purchases(path, names)
    assert rows.table["amount"].to_list() == [11.77, 77.0]
    assert rows.table["customer"].to_list() == ["00001", "00002"]


def test_a_mapping_goes_by_number_too(tmp_path):
    path, mapping = written(tmp_path, CALLS), tmp_path / "columns.yaml"
    words = ["calibrate", str(path), "--mapping", str(mapping)]
    ran = CliRunner().invoke(app, [*words, "--no-header"])
    assert ran.exit_code == 0, ran.output
    text = mapping.read_text()
    assert "1 ('2031-05-05 08:00:00'), 2 ('12'), 3 ('180'), 4 ('served')" in text
    assert "header: no" in text
    for name, number in BY_NUMBER.items():
        text = text.replace(f"{name}: none", f'{name}: "{number}"')
    mapping.write_text(text)
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    assert "2031-05-05 08:00:00  waited 0.20  served, 3.00" in ran.output
