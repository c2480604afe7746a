"""A page printed to PDF by a browser that is installed; none is brought along."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import CommandError, RunError
from sim.report.kit.canvas import write_file

__all__ = ["BROWSERS", "browser_of", "print_page", "print_to_pdf"]

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where Chromium and its kin are looked for: names on the path, and usual places."""

_SECONDS = 120


def browser_of(wanted: str | None) -> str:
    """Find the browser that prints.

    Parameters
    ----------
    wanted : str or None
        Its name or path; None for the first of `BROWSERS` that there is.

    Raises
    ------
    CommandError
        If there is none.
    """
    names = BROWSERS if wanted is None else (wanted,)
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is not None:
        return found
    if wanted is not None:
        raise CommandError(f"--browser {wanted}: there is no such program")
    raise CommandError(
        "--pdf needs Chromium, Chrome or Edge, and none was found; install one, or name it by "
        "--browser PATH. Any browser can also print report.html by itself."
    )


def print_page(page: Path, browser: str) -> Path:
    """Print a page beside itself, and return the PDF.

    Parameters
    ----------
    page : Path
        An HTML file that needs nothing else.
    browser : str
        As `browser_of` gives it.

    Raises
    ------
    RunError
        If the browser fails, takes longer than two minutes, or prints nothing.
    """
    with TemporaryDirectory(prefix="evenhand-", ignore_cleanup_errors=True) as scratch:
        target = Path(scratch) / "page.pdf"
        _run([browser, *_flags(Path(scratch), target), page.resolve().as_uri()])
        if not target.is_file() or not target.stat().st_size:
            raise RunError(f"{browser} printed nothing; try another with --browser PATH.")
        return write_file(page.with_suffix(".pdf"), target.read_bytes())


def _flags(scratch: Path, target: Path) -> Iterator[str]:
    yield from ("--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer")
    # Its own profile, so that a browser that is open is left alone.
    yield f"--user-data-dir={scratch / 'profile'}"
    yield f"--print-to-pdf={target}"
    if getattr(os, "geteuid", lambda: 1)() == 0:
        # Root may not use the sandbox; the page is this package's own, without scripts of others.
        yield "--no-sandbox"


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise RunError(f"{command[0]} took longer than {_SECONDS} seconds to print.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else "it gave no reason"
        raise RunError(f"{command[0]} could not print: {reason}") from None
    except OSError as error:
        raise RunError(f"{command[0]} cannot be run: {error.strerror}.") from None


def print_to_pdf(browser: str | None = None) -> Callable[[Path], Path]:
    """Find a browser, and give what prints a page by it to a PDF of the same name.

    Parameters
    ----------
    browser : str, optional
        Its name or path; by default the first that is installed of Chromium and its kin.

    Raises
    ------
    CommandError
        If there is none. What is given raises RunError if the browser fails.
    """
    found = browser_of(browser)
    return lambda page: print_page(page, found)
