"""Read a file's text, whatever its encoding, line ends and compression."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

from sim.errors import DataError

__all__ = ["Text", "read_bytes", "read_text", "require_file"]

_GZIP, _ARCHIVE = b"\x1f\x8b", b"PK\x03\x04"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = "\0"


class Text(NamedTuple):
    """A file's text.

    Attributes
    ----------
    text : str
        Lines end with a line feed.
    note : str
        What was assumed of its encoding; empty where the file leaves no doubt.
    """

    text: str
    note: str


def require_file(path: str | Path) -> None:
    """Refuse what may be endless, or never begin: pipes and devices.

    Raises
    ------
    DataError
        If the path is there and is no file.
    """
    place = Path(path)
    if place.exists() and not place.is_file():
        raise DataError(f"{path}: must be a file, not a folder, a pipe or a device.")


def read_bytes(path: str | Path) -> bytes:
    """Return a file's content, unpacked where it is gzip.

    Raises
    ------
    DataError
        If the file cannot be read, or is no file but a pipe or a device.
    """
    require_file(path)
    try:
        data = Path(path).read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: cannot be unpacked as gzip: {error}.") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error


def read_text(path: str | Path) -> Text:
    """Return a file's text: UTF-8, UTF-16 where it is marked, otherwise Windows-1252.

    Raises
    ------
    DataError
        If the file cannot be read, or is no text.
    """
    data = read_bytes(path)
    if data.startswith(_ARCHIVE):
        raise DataError(f"{path}: is a workbook or an archive; save its sheet as CSV.")
    text, note = _decoded(path, data)
    if _NO_TEXT in text[:4096]:
        raise DataError(f"{path}: is not text; save the table as CSV.")
    text = text.replace("\r\n", "\n")
    # The line ends of old Macs, which some spreadsheets still write.
    return Text(text if "\n" in text else text.replace("\r", "\n"), note)


def _decoded(path: str | Path, data: bytes) -> tuple[str, str]:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if encoding != "utf-8":
            raise DataError(f"{path}:{line}: is not {encoding[:6].upper()} text.") from error
    try:
        # Western spreadsheets write it; Latin-1 is the same wherever it holds letters.
        return data.decode("cp1252"), "read as Windows-1252, for it is not UTF-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "read as Latin-1, for it is not UTF-8"
