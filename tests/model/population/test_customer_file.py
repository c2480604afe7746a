"""Customer files: what is read, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sim.errors import DataError
from sim.model.population.customer_file import read_customers
from sim.scenario.schema.people import COLUMNS, People

GOOD = """id,customer,spend,fairness,loudness,favourite,tenure_months,shoe_size
A1,1,40.5,0.2,-1.5,true,12,big
007,0,0,1,0,FALSE,0,
Ann Lee,True,1e3,0,+2,0,3.5,small
"""


BLANK = "; people.blanks can drop such rows or draw their values"


def written(folder: Path, content: str | bytes | dict[str, object]) -> Path:
    if isinstance(content, dict):
        pl.DataFrame(content, strict=False).write_parquet(folder / "people.parquet")
        return folder / "people.parquet"
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults(path: Path, columns: dict[str, str] | None = None) -> list[str]:
    """What is told of a file, without its folder."""
    with pytest.raises(DataError) as caught:
        read_customers(path, columns or {})
    return [line.replace(f"{path.parent}/", "") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_is_read_whatever_separates_it(tmp_path, separator, ending):
    path = written(tmp_path, GOOD.replace(",", separator).replace("\n", ending))
    file = read_customers(path, {})
    assert file.count == 3
    assert file.ids == ["A1", "007", "Ann Lee"]
    assert file.customer is not None
    assert file.customer.tolist() == [True, False, True]
    assert {name: column.tolist() for name, column in file.traits.items()} == {
        "spend": [40.5, 0.0, 1000.0],
        "fairness": [0.2, 1.0, 0.0],
        "loudness": [-1.5, 0.0, 2.0],
        "favourite": [1.0, 0.0, 0.0],
        "tenure_months": [12.0, 0.0, 3.5],
    }
    assert all(column.dtype == np.float64 for column in file.traits.values())


def test_columns_are_mapped_and_the_rest_found_by_name(tmp_path):
    path = written(tmp_path, "customer_no,monthly bill,spend,temper\nx,30,1,0.5\ny,20,2,-1\n")
    file = read_customers(path, {"id": "customer_no", "spend": "monthly bill"})
    assert file.ids == ["x", "y"]
    assert file.customer is None
    assert {name: column.tolist() for name, column in file.traits.items()} == {
        "spend": [30.0, 20.0],
        "temper": [0.5, -1.0],
    }


def test_people_without_ids_are_numbered(tmp_path):
    assert read_customers(written(tmp_path, "spend\n1\n2\n"), {}).ids == ["0", "1"]


def test_parquet_is_read_by_its_types(tmp_path):
    content = {"id": [7, 8], "customer": [True, False], "spend": [1, 2], "favourite": [0, 1]}
    file = read_customers(written(tmp_path, content), {})
    assert file.ids == ["7", "8"]
    assert file.customer is not None
    assert file.customer.tolist() == [True, False]
    assert file.traits["spend"].tolist() == [1.0, 2.0]
    assert file.traits["favourite"].tolist() == [0.0, 1.0]


def test_empty_rows_and_columns_of_a_spreadsheet_are_passed_over(tmp_path):
    file = read_customers(written(tmp_path, "\ufeffid,spend,,\nA,1,,\n,,,\n\nB,2,,\n,,,\n"), {})
    assert file.ids == ["A", "B"]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("spend", "-3", "must be a finite number of at least 0 (got '-3')"),
        ("spend", "a lot", "must be a finite number of at least 0 (got 'a lot')"),
        ("spend", "nan", "must be a finite number of at least 0 (got 'nan')"),
        ("spend", "inf", "must be a finite number of at least 0 (got 'inf')"),
        ("spend", "", "must be a finite number of at least 0 (got nothing)" + BLANK),
        ("spend", "true", "must be a finite number of at least 0 (got 'true')"),
        ("fairness", "1.01", "must be a number from 0 to 1 (got '1.01')"),
        ("demanding_share", "-0.1", "must be a number from 0 to 1 (got '-0.1')"),
        ("difficulty", "0", "must be a finite number above 0 (got '0')"),
        ("honesty", "-inf", "must be a finite number (got '-inf')"),
        ("customer", "2", "must be 0, 1, yes or no (got '2')"),
        ("customer", "0.5", "must be 0, 1, yes or no (got '0.5')"),
        ("favourite", "perhaps", "must be 0, 1, yes or no (got 'perhaps')"),
        ("favourite", "", "must be 0, 1, yes or no (got nothing)" + BLANK),
    ],
)
def test_a_wrong_value_is_refused_by_line_and_column(tmp_path, column, value, rule):
    path = written(tmp_path, f"id,{column}\nA,1\nB,{value}\n")
    assert faults(path) == [f"people.csv:3: {column}: {rule}."]


def test_money_is_read_in_the_marks_of_either_side_of_the_ocean(tmp_path):
    american = 'id,spend\nA,"$1,234.50"\nB,$20\nC,"12,000"\n'
    german = "id;spend\nA;1.234,50 €\nB;20 €\nC;12.000\n"
    for text in (american, german):
        file = read_customers(written(tmp_path, text), {})
        assert file.traits["spend"].tolist() == [1234.5, 20.0, 12_000.0]


def test_a_mark_that_may_be_either_is_refused_until_it_is_said(tmp_path):
    path = written(tmp_path, "id;spend\nA;1.250\nB;2.500\n")
    (told,) = faults(path)
    assert told.startswith("people.csv:2: spend: may have decimals or groups of thousands")
    assert "people.decimal" in told
    for mark, first in (("point", 1.25), ("comma", 1250.0)):
        people = People(file=str(path), decimal=mark)
        assert read_customers(path, {}, people).traits["spend"][0] == first


def test_another_column_without_doubt_decides_the_mark(tmp_path):
    path = written(tmp_path, "id;spend;difficulty\nA;1.250;0,5\nB;2.500;1,5\n")
    assert read_customers(path, {}).traits["spend"].tolist() == [1250.0, 2500.0]


def test_yes_and_no_are_read_in_the_words_of_exports(tmp_path):
    words = ["ja", "NEIN", "Yes", "n", "J", "no", "wahr", "0"]
    rows = "\n".join(f"{place},{word}" for place, word in enumerate(words))
    file = read_customers(written(tmp_path, f"id,customer\n{rows}\n"), {})
    assert file.customer.tolist() == [True, False] * 4


def test_a_column_of_those_who_left_is_refused_until_it_is_turned_round(tmp_path):
    path = written(tmp_path, "id,Churned?\nA,Yes\nB,No\n")
    (told,) = faults(path, {"customer": "Churned?"})
    assert "write {customer: not Churned?}" in told
    file = read_customers(path, {"customer": "not Churned?"})
    assert file.customer.tolist() == [False, True]


def test_blanks_are_dropped_or_left_to_be_drawn_as_asked(tmp_path):
    path = written(tmp_path, "id,spend,temper,town\nA,10,0.5,\nB,,1,X\nC,30,,Y\n")
    assert len(faults(path)) == 2
    dropped = read_customers(path, {}, People(file=str(path), blanks="drop"))
    assert (dropped.ids, dropped.notes) == (["A"], ("2 lines with blanks left out",))
    drawn = read_customers(path, {}, People(file=str(path), blanks="draw"))
    assert drawn.ids == ["A", "B", "C"]
    assert np.isnan(drawn.traits["spend"]).tolist() == [False, True, False]
    assert drawn.notes == ("2 blank values drawn",)


def test_who_is_a_customer_is_never_drawn(tmp_path):
    path = written(tmp_path, "id,customer\nA,1\nB,\n")
    with pytest.raises(DataError, match="3: customer: must be 0, 1, yes or no"):
        read_customers(path, {}, People(file=str(path), blanks="draw"))


def test_tenure_is_counted_in_months_of_28_days_since_a_date(tmp_path):
    path = written(tmp_path, "id,Since\nA,03.09.2015\nB,01.11.2026\n")
    columns = {"tenure_months": "Since"}
    assert "people.as_of" in faults(path, columns)[0]
    file = read_customers(path, columns, People(file=str(path), as_of="2026-11-01"))
    assert file.traits["tenure_months"].tolist() == pytest.approx([4077 / 28, 0.0])


def test_dates_that_can_be_read_two_ways_name_the_key_that_decides(tmp_path):
    path = written(tmp_path, "id,since\nA,03/04/2020\nB,05/06/2020\n")
    people = People(file=str(path), as_of="2020-07-01", dates="mdy")
    with pytest.raises(DataError, match=r"two ways.*people\.dates dmy or people\.dates mdy"):
        read_customers(path, {"tenure_months": "since"})
    file = read_customers(path, {"tenure_months": "since"}, people)
    assert file.traits["tenure_months"].tolist() == pytest.approx([119 / 28, 56 / 28])


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ({"spend": ["1", "2"]}, "spend: must hold numbers, not String"),
        ({"spend": [True, False]}, "spend: must hold numbers, not Boolean"),
        ({"id": [1.0, 2.0]}, "id: must hold whole numbers or text, not Float64"),
        (
            {"spend": [1.0, None]},
            "row 2: spend: must be a finite number of at least 0 (got nothing)" + BLANK,
        ),
        (
            {"spend": [1.0, float("nan")]},
            "row 2: spend: must be a finite number of at least 0 (got nan)",
        ),
        ({"customer": [1, 3]}, "row 2: customer: must be 0, 1, yes or no (got 3)"),
        ({"id": ["a", None]}, "row 2: id: must be given"),
        ({"id": ["a", "a"]}, "row 2: id: must differ from row 1 (got 'a')"),
    ],
)
def test_a_wrong_value_in_parquet_is_refused_by_row(tmp_path, content, rule):
    assert faults(written(tmp_path, content)) == [f"people.parquet: {rule}."]


def test_a_doubled_or_missing_id_is_refused(tmp_path):
    assert faults(written(tmp_path, "id,spend\nA,1\nB,1\nA,1\n,1\nA,1\n")) == [
        "people.csv:4: id: must differ from line 2 (got 'A'); the same in 1 more line.",
        "people.csv:5: id: must be given.",
    ]


def test_all_faults_are_told_in_the_order_of_the_file(tmp_path):
    path = written(tmp_path, "id,spend,fairness\nA,-1,2\nB,1,1\nB,x,0\n")
    places = [told.split(": ")[:2] for told in faults(path)]
    assert places == [
        ["people.csv:2", "fairness"],
        ["people.csv:2", "spend"],
        ["people.csv:4", "id"],
        ["people.csv:4", "spend"],
    ]


def test_each_kind_of_fault_is_told_once_with_a_count(tmp_path):
    rows = ["1,40", "2,a", "3,b", "4,", "5,-1", "6,-2", "7,-3"]
    rule = "must be a finite number of at least 0"
    assert faults(written(tmp_path, "id,spend\n" + "\n".join(rows))) == [
        f"people.csv:3: spend: {rule} (got 'a'); the same in 1 more line.",
        f"people.csv:5: spend: {rule} (got nothing){BLANK}.",
        f"people.csv:6: spend: {rule} (got '-1'); the same in 2 more lines.",
    ]


def test_a_table_of_twenty_kinds_of_faults_names_no_more(tmp_path):
    names = [*COLUMNS[2:], "customer"]
    text = ",".join(names) + "\n" + ",".join("x" for _ in names) + "\n" + "," * (len(names) - 1)
    told = faults(written(tmp_path, text + "-\n"))
    assert len(told) == 21
    assert told[-1] == "people.csv: and more faults after these."


def test_line_ends_of_old_macs_are_read(tmp_path):
    file = read_customers(written(tmp_path, "id,spend\rA,1\rB,2\r"), {})
    assert (file.ids, file.traits["spend"].tolist()) == (["A", "B"], [1.0, 2.0])


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (",".join(f"c{i}" for i in range(1_000_000)), "has 1,000,000 columns"),
        ("id,spend," + "x" * 5_000, "names a column by more than 1,000 characters"),
        ("id,spend," + "x" * 200_000, "cannot be read as a header"),
        ('id,spend,"' + "x" * 200_000 + '"', "cannot be read as a header"),
    ],
)
def test_what_is_no_table_is_refused_at_once(tmp_path, header, rule):
    (told,) = faults(written(tmp_path, f"{header}\n1,2\n"))
    assert told.startswith(f"people.csv:1: {rule}")


def test_a_workbook_is_told_from_text(tmp_path):
    (told,) = faults(written(tmp_path, b"PK\x03\x04rest"))
    assert "save its sheet as CSV" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "people.csv")
    (told,) = faults(tmp_path / "people.csv")
    assert told == "people.csv: must be a file, not a folder, a pipe or a device."


def test_lines_are_counted_through_quoted_cells(tmp_path):
    path = written(tmp_path, 'id,"remark\nof ours",spend\nA,"one\ntwo\nthree",1\nB,,-1\n')
    assert faults(path)[0].startswith("people.csv:6: spend")


def test_a_mapped_column_must_be_there(tmp_path):
    path = written(tmp_path, "id,monthly_bill\nA,1\n")
    assert faults(path, {"spend": "monthly_bil", "temper": "mood"}) == [
        "people.csv: monthly_bil: is not a column of the file (did you mean 'monthly_bill'?).",
        "people.csv: mood: is not a column of the file (it has id, monthly_bill).",
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("id,spend\n", "holds no people"),
        ({"spend": []}, "holds no people"),
        ("name,street\nA,B\n", "no column that says anything about a person; name one of id,"),
        ("\nid,spend\nA,1\n", "1: must be a header"),
        ("id,spend,spend\nA,1,2\n", "1: spend: is the name of more than one column"),
        ("id,spend\nA,1\nB,1,2\n", "3: has 3 values under 2 columns"),
        (b"id,spend\nA,1\nB\0,2\n", "is not text"),
    ],
)
def test_a_file_that_is_no_table_of_people_is_refused(tmp_path, content, rule):
    (told,) = faults(written(tmp_path, content))
    assert rule in told


def test_a_missing_file_is_refused(tmp_path):
    assert "cannot be read" in faults(tmp_path / "none.csv")[0]
    assert "cannot be read" in faults(tmp_path / "none.parquet")[0]
