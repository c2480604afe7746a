"""A workbook holds the tables' numbers, as openpyxl and LibreOffice read them."""

from __future__ import annotations

import csv
import math
import shutil
import subprocess
from datetime import datetime

import openpyxl
import polars as pl
import pytest

import sim
from sim.errors import CommandError, ResultsError
from sim.report.kit.catalogue import KEY_MEASURES
from sim.studies.export.book import MOST_CELLS, Book, Chart, Cover, Sheet, fitting
from sim.studies.export.workbook import encode_book

NASTY = '=cmd|"/c calc"!A1'
MINE = """\
name: Mine
months: 2
people: {count: 300}
desk: {pools: {frontline: {agents: 1}}}
policies: {equal: {}, value_tiers: {}}
sweep: {design: grid, vary: {desk.pools.frontline.agents: [1, 2]}, replications: 3}
best: {policy: equal, objective: customers, vary: {desk.pools.frontline.agents: [1, 2]}}
"""


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    (folder / "my.yaml").write_text(MINE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def result(mine):
    return sim.run(mine / "my.yaml", replications=4, out=mine / "run")


@pytest.fixture(scope="module")
def example(result):
    return sim.export(result.folder)


def rows_of(path, name):
    header, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return list(header), rows


def same(cell, value):
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return cell is None
    if isinstance(value, str):
        return (cell or "") == value
    return math.isclose(cell, value, rel_tol=2e-16 * 4)


def alike(rows, table):
    pairs = zip(rows, table.iter_rows(), strict=True)
    return all(all(map(same, row, values)) for row, values in pairs)


def test_every_table_is_there_to_the_last_number(result, example):
    book = openpyxl.load_workbook(example)
    assert book.sheetnames[:3] == ["cover", "charts", "significant"]
    assert set(result.results.tables) < set(book.sheetnames)
    for name, table in result.results.tables.items():
        header, *rows = book[name].iter_rows(values_only=True)
        assert list(header) == table.columns
        assert alike(rows, table), name


def test_the_cover_says_the_answer_and_how_it_came_about(result, example):
    cover = openpyxl.load_workbook(example)["cover"]
    text = "\n".join(str(cell) for row in cover.iter_rows(values_only=True) for cell in row if cell)
    manifest = result.results.manifest
    for fact in (manifest["command"], manifest["fingerprint"], "discounted profit"):
        assert fact in text
    assert "\u2068" not in text
    assert len(cover._charts) == 1


def test_significant_are_key_measures_whose_adjusted_p_says_so(result, example):
    header, rows = rows_of(example, "significant")
    found = {(row[0], row[2]) for row in rows}
    table = result.compare()
    expected = table.filter(pl.col("p_adjusted") < 0.05, pl.col("measure").is_in(KEY_MEASURES))
    assert found == set(expected.select("policy", "measure").iter_rows())
    assert header[-1] == "verdict"


def test_the_same_folder_gives_the_same_bytes(result, example, tmp_path):
    again = sim.export(result.folder, tmp_path / "again.xlsx")
    assert again.read_bytes() == example.read_bytes()
    made = openpyxl.load_workbook(again).properties
    assert made.created == datetime(2000, 1, 1)


def test_text_is_never_a_formula_and_nothing_acts(tmp_path):
    names = [NASTY, "a\x1b[2J", "+1", "http://x.example"]
    table = pl.DataFrame({"policy": names, "n": [1.5, None, math.nan, 2]})
    cover = Cover(NASTY, NASTY, [NASTY], [NASTY], {"command": NASTY})
    chart = Chart(NASTY, "currency", "lines", table.select("policy", "n"))
    book = Book(cover, [chart], [Sheet("table", "Odd names.", table)], NASTY)
    path = tmp_path / "odd.xlsx"
    path.write_bytes(encode_book(book))
    loaded = openpyxl.load_workbook(path)
    for sheet in loaded:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert [cell.value for cell in loaded["table"]["A"]][1:] == [
        NASTY,
        r"a\x1b[2J",
        "+1",
        "http://x.example",
    ]
    assert [cell.value for cell in loaded["table"]["B"]][1:] == [1.5, None, None, 2]


def test_a_table_too_large_for_a_spreadsheet_is_named_and_left_in_its_file():
    large = Sheet("runs", "All.", pl.DataFrame({"a": range(MOST_CELLS + 1)}))
    small = Sheet("points", "Few.", pl.DataFrame({"a": [1]}))
    kept, left_out = fitting([large, small], {"runs": "sweep.parquet"})
    assert [sheet.name for sheet in kept] == ["points"]
    (line,) = left_out
    assert line.startswith(f"runs: {MOST_CELLS + 1:,} rows of 1 columns are in sweep.parquet")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_same_numbers(result, tmp_path):
    table = result.summary().select("policy", "mean", "low", "high").head(200)
    book = Book(Cover("t", "", [], [], {}), [], [Sheet("table", "All.", table)], "")
    path = tmp_path / "book.xlsx"
    path.write_bytes(encode_book(book))
    # The second sheet, numbers as they are rather than as shown, as LibreOffice's filter is told.
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2"
    words = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run([*words, "--convert-to", form, "--outdir", tmp_path, path],
                   check=True, capture_output=True, timeout=180)  # fmt: skip
    (written,) = tmp_path.glob("*.csv")
    with written.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == table.columns
    for row, values in zip(rows, table.iter_rows(), strict=True):
        assert row[0] == values[0]
        for cell, value in zip(row[1:], values[1:], strict=True):
            assert cell == "" if value is None else math.isclose(float(cell), value, rel_tol=1e-14)


def test_a_sweep_has_its_choices_and_a_chart(mine):
    sweep = sim.sweep(mine / "my.yaml", out=mine / "sweep")
    path = sim.export(sweep.folder)
    assert path == mine / "sweep" / "sweep.xlsx"
    header, rows = rows_of(path, "runs")
    assert header == sweep.runs.columns
    assert alike(rows, sweep.runs)
    assert rows_of(path, "choice")[0] == sweep.choices().columns
    assert openpyxl.load_workbook(path)["charts"]._charts


def test_plausible_worlds_have_their_tables(mine):
    found = sim.robust(mine / "my.yaml", draws=32, out=mine / "worlds")
    path = sim.export(found.folder)
    header, rows = rows_of(path, "policies")
    assert header == found.policies.columns
    assert alike(rows, found.policies)
    drawn = [cell.value for cell in openpyxl.load_workbook(path)["charts"]["B"]]
    assert drawn[1:3] == ["chance_best", rows[0][header.index("chance_best")]]


def test_a_search_and_effects_are_exported_too(mine):
    found = sim.best(mine / "my.yaml", policies=["equal"], runs=80, out=mine / "search")
    assert rows_of(sim.export(found.folder), "finals")[0] == found.finals.columns
    effects = sim.effects(mine / "my.yaml", "value_tiers", out=mine / "effects", replications=2)
    assert rows_of(sim.export(effects.folder), "effects")[0] == effects.effects.columns


def test_what_is_wrong_is_said(result, tmp_path):
    with pytest.raises(ResultsError, match="not a results folder"):
        sim.export(tmp_path)
    with pytest.raises(CommandError, match=r"must end in \.xlsx"):
        sim.export(result.folder, tmp_path / "book.xls")
    with pytest.raises(CommandError, match="cannot be written"):
        sim.export(result.folder, tmp_path / "none" / "book.xlsx")
    assert not list(tmp_path.iterdir())
