import re
import shutil
from pathlib import Path

import pytest

from sim.errors import ResultsError
from sim.studies.report.api import build
from tests.report.synthetic_results import write_folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Write three results into a folder, and build its page and theirs."""
    folder = tmp_path_factory.mktemp("index") / "all"
    write_folder(folder / "first", name="One company", months=3)
    write_folder(folder / "second", name="<b>Another</b>", months=3, policies=["equal"])
    write_folder(folder / "third", name="One company", months=3, replications=1)
    assert build(folder) == folder / "index.html"
    return folder


@pytest.fixture
def several(built, tmp_path):
    """Return a copy of the folder with its pages, which take long to draw."""
    return Path(shutil.copytree(built, tmp_path / "all"))


def test_a_folder_of_results_gets_a_page_that_leads_to_each(several):
    page = several / "index.html"
    text = page.read_text("utf-8")
    addresses = re.findall(r'href="([^"#]+)"', text)
    assert sorted(addresses) == [f"{one}/report.html" for one in ("first", "second", "third")]
    assert all((several / address).is_file() for address in addresses)
    assert "3 results of 2 scenarios." in text
    assert "&lt;b&gt;Another" in text
    assert text.index("One company") < text.index("first/") < text.index("third/")
    assert text.index("third/") < text.index("second/")


def test_it_says_what_each_says(several):
    text = (several / "index.html").read_text("utf-8")
    assert "Only “<bdi>Equal treatment</bdi>” was run" in text
    assert "one run cannot show whether by chance" in text


def test_it_is_the_same_to_the_byte_and_leaves_pages_alone(several):
    first = (several / "index.html").read_bytes()
    (several / "first" / "report.html").write_text("mine")
    assert build(several).read_bytes() == first
    assert (several / "first" / "report.html").read_text() == "mine"


def test_a_damaged_result_is_named_and_does_not_stop_it(several):
    (several / "second" / "monthly.parquet").write_bytes(b"damaged")
    (several / "second" / "report.html").unlink(missing_ok=True)
    text = build(several).read_text("utf-8")
    assert "Not readable" in text
    assert "first/report.html" in text


def test_a_folder_without_results_is_still_refused(tmp_path):
    (tmp_path / "empty" / "within").mkdir(parents=True)
    with pytest.raises(ResultsError):
        build(tmp_path / "empty")


def test_a_results_folder_that_holds_others_is_itself(tmp_path):
    folder = write_folder(tmp_path / "mine", months=2)
    shutil.copytree(folder, folder / "copy")
    assert build(folder) == folder / "report.html"
