"""Print a page to PDF with an installed browser; none is included."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import CommandError, RunError
from sim.report.kit.canvas import write_file

__all__ = ["BROWSERS", "find_browser", "pdf_printer", "print_page"]

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where to look for Chromium-based browsers: names on the path, and usual locations."""

_SECONDS = 120


def find_browser(wanted: str | None) -> str:
    """Find a browser for printing.

    Parameters
    ----------
    wanted : str or None
        Name or path; None for the first of `BROWSERS` that is installed.

    Raises
    ------
    CommandError
        If there is none.
    """
    candidates = BROWSERS if wanted is None else (wanted,)
    path_found = next((path for name in candidates if (path := shutil.which(name))), None)
    if path_found is not None:
        return path_found
    if wanted is not None:
        raise CommandError(f"--browser {wanted}: no such program")
    raise CommandError(
        "--pdf needs Chromium, Chrome or Edge, and none was found. Install one, or give its path "
        "with --browser PATH. You can also open report.html in any browser and print it."
    )


def print_page(page: Path, browser: str) -> Path:
    """Print a page beside itself, and return the PDF.

    Parameters
    ----------
    page : Path
        An HTML file that needs no other file.
    browser : str
        As returned by `find_browser`.

    Raises
    ------
    RunError
        If the browser fails, takes longer than two minutes, or prints nothing.
    """
    with TemporaryDirectory(prefix="evenhand-", ignore_cleanup_errors=True) as scratch:
        target = Path(scratch) / "page.pdf"
        _run([browser, *_flags(Path(scratch), target), page.resolve().as_uri()])
        if not target.is_file() or not target.stat().st_size:
            raise RunError(f"{browser} printed nothing; try another browser with --browser PATH.")
        return write_file(page.with_suffix(".pdf"), target.read_bytes())


def _flags(scratch: Path, target: Path) -> Iterator[str]:
    yield from ("--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer")
    # A separate profile, so that an open browser is not disturbed.
    yield f"--user-data-dir={scratch / 'profile'}"
    yield f"--print-to-pdf={target}"
    if getattr(os, "geteuid", lambda: 1)() == 0:
        # Root cannot use the sandbox; the page is our own and loads no foreign scripts.
        yield "--no-sandbox"


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise RunError(
            f"{command[0]} took longer than {_SECONDS} seconds to print the page."
        ) from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else "it gave no reason"
        raise RunError(f"{command[0]} could not print: {reason}") from None
    except OSError as error:
        raise RunError(f"{command[0]} cannot be run: {error.strerror}.") from None


def pdf_printer(browser: str | None = None) -> Callable[[Path], Path]:
    """Find a browser and return a function that prints a page with it, to a PDF of the same name.

    Parameters
    ----------
    browser : str, optional
        Name or path; by default the first Chromium-based browser that is installed.

    Raises
    ------
    CommandError
        If there is none. The returned function raises RunError if the browser fails.
    """
    path = find_browser(browser)
    return lambda page: print_page(page, path)
