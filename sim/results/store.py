"""Grow results folders: what is theirs is written file by file, and nothing else is touched.

A folder holds finished runs (in ``runs/``, see `sim.results.record_store`) and tables that are made
from them. The manifest names the tables and says what state they are in:

``begun``
    There are runs and no tables yet.
``writing``
    Tables are being put in place, or the process that did so was killed.
none
    Tables and manifest agree.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from sim.errors import CommandError, ResultsError, RunError
from sim.results.atomic import (
    draft_of,
    is_draft,
    put_in_place,
    reason_of,
    sync_folder,
    write_draft,
    write_whole,
)
from sim.results.lock import LOCK, exclusive
from sim.results.manifest import BEGUN, FORMAT, MANIFEST, WRITING, encode_manifest, read_manifest
from sim.results.record_store import ENDING

__all__ = [
    "EARLIER",
    "REPORT",
    "RUNS",
    "begin",
    "is_current",
    "kept_text",
    "reserve",
    "save",
    "set_aside",
    "writing",
]

RUNS = "runs"
"""The part of a folder where finished runs are kept."""

EARLIER = "earlier"
"""The part of a folder where tables go that the runs there do not give."""

REPORT = "report.html"
"""The page, which is made from the tables and goes when they change."""

# Longer than it takes to write a page.
_PAGE_SECONDS = 3600.0

# What tables do not depend on.
_CIRCUMSTANCES = frozenset(("started", "duration_seconds", "host", "versions"))


def reserve(folder: Path, identity: Mapping[str, str], files: Iterable[str] = ()) -> None:
    """Check before a run that its results can be saved in a folder; write nothing.

    Parameters
    ----------
    folder : Path
        The future results folder; its parent folders are created.
    identity : mapping of str to str
        Facts of the manifest of which one must agree for runs to share a folder.
    files : iterable of str
        Names that tables may have.

    Raises
    ------
    CommandError
        If it cannot be written, or holds anything but results of the same scenario, or a file of
        one of these names that is not ours.
    """
    try:
        _refuse_another(folder, identity)
        _refuse_to_overwrite(folder, files)
        _probe(folder.resolve())
    except (OSError, ValueError, RuntimeError) as error:
        raise CommandError(f"cannot write results to {folder}: {reason_of(error)}.") from error


def begin(folder: Path, facts: Mapping[str, object]) -> None:
    """Make a results folder, if there is none yet, so that runs can be kept in it.

    Raises
    ------
    RunError
        If the disk is full or fails.
    """
    if (folder / MANIFEST).exists():
        return
    try:
        with exclusive(folder / RUNS):
            if not (folder / MANIFEST).exists():  # another process may have been faster
                write_whole(folder / MANIFEST, encode_manifest(facts, {}, BEGUN))
    except OSError as error:
        raise RunError(f"cannot write results to {folder}: {reason_of(error)}.") from error


@contextmanager
def writing(folder: Path, identity: Mapping[str, str]) -> Iterator[None]:
    """Keep other processes from writing tables, as long as the block lasts.

    Raises
    ------
    RunError
        If the folder has become another scenario's meanwhile, or the disk fails.
    """
    try:
        with exclusive(folder / RUNS):
            _refuse_change(folder, identity)
            _remove_stale_drafts(folder)
            yield
    except OSError as error:
        raise RunError(
            f"cannot write results to {folder}: {reason_of(error)}. Finished runs are kept; the "
            "same command continues from there."
        ) from error


def is_current(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, object]) -> bool:
    """Tell whether a folder already holds what `save` would write, but for times and the like."""
    manifest, hashes = _manifest(folder), _hashes(files)
    wanted = json.loads(json.dumps({"format": FORMAT, **facts}))
    if manifest.get("sha256") != hashes or _lasting(manifest) != _lasting(wanted):
        return False
    return all(_hash_of(folder / name) == digest for name, digest in hashes.items())


def save(folder: Path, files: Mapping[str, bytes | Path], facts: Mapping[str, object]) -> None:
    """Write the files of a results folder, and its manifest; what is there already stays as it is.

    All are first written beside their places, so that a full disk leaves the earlier ones; then put
    in place, one by one. Files that only the earlier manifest names go; all others stay.

    Parameters
    ----------
    folder : Path
        The results folder, checked by `reserve`; locked by `writing` if others may write to it.
    files : mapping of str to bytes or Path
        Content of each file, by name; or where a large one lies finished in the folder, under a
        name of its own, from which it is moved.
    facts : mapping
        Content of the manifest, except the hashes of the files.

    Raises
    ------
    RunError
        If the disk is full or fails, or a file is open elsewhere. Finished runs stay.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder, files, facts, _manifest(folder).get("sha256", {}))
    except OSError as error:
        raise RunError(
            f"cannot write results to {folder}: {reason_of(error)}. Finished runs are kept; the "
            "same command continues from there."
        ) from error


def kept_text(runs: int, folder: Path) -> str:
    """Say how many finished runs a folder keeps when somebody interrupts a command."""
    kept = f"{runs} finished run{'' if runs == 1 else 's'} kept in {folder}"
    return kept + ("; the same command continues from there." if runs else ".")


def set_aside(folder: Path, model: str | None) -> Path | None:
    """Copy tables that the kept runs cannot give again, such as those that another model made.

    Parameters
    ----------
    folder : Path
    model : str, optional
        The model version of the runs that were kept there; None if there were none.

    Returns
    -------
    Path or None
        A results folder of its own, within the folder; None if there is nothing to set aside.

    Raises
    ------
    OSError
        If the disk is full or fails.
    """
    manifest = _manifest(folder)
    ours = manifest.get("format") == FORMAT and manifest.get("model") == model
    if ours or not manifest.get("sha256"):
        return None
    content = (folder / MANIFEST).read_bytes()
    place = folder / EARLIER / sha256(content).hexdigest()[:12]
    place.mkdir(parents=True, exist_ok=True)
    for name in (REPORT, *manifest["sha256"]):
        if (folder / name).exists():
            write_whole(place / name, (folder / name).read_bytes())
    write_whole(place / MANIFEST, content)
    return place


def _put(
    folder: Path,
    files: Mapping[str, bytes | Path],
    facts: Mapping[str, object],
    earlier: Iterable[str],
) -> None:
    hashes = _hashes(files)
    outdated = [name for name in earlier if name not in files]
    try:
        for name, content in files.items():
            if isinstance(content, Path):
                content.replace(draft_of(folder / name))
            else:
                write_draft(draft_of(folder / name), content)
        # Its names stand for what is ours, should this process be killed at the next line.
        names = {**dict.fromkeys(outdated, ""), **hashes}
        write_whole(folder / MANIFEST, encode_manifest(facts, names, WRITING))
        for name in (REPORT, *outdated):
            (folder / name).unlink(missing_ok=True)
        for name in files:
            put_in_place(draft_of(folder / name), folder / name)
        write_whole(folder / MANIFEST, encode_manifest(facts, hashes))
    finally:
        for name in files:
            draft_of(folder / name).unlink(missing_ok=True)
    sync_folder(folder)


def _hashes(files: Mapping[str, bytes | Path]) -> dict[str, str]:
    return {name: _digest(content) for name, content in files.items()}


def _digest(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    with content.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _lasting(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: fact for name, fact in facts.items() if name not in (*_CIRCUMSTANCES, "sha256")}


def _hash_of(path: Path) -> str | None:
    try:
        return _digest(path)
    except OSError:
        return None


def _manifest(folder: Path) -> Mapping[str, Any]:
    """Return a folder's manifest; empty if there is none that can be read."""
    try:
        return read_manifest(folder)
    except ResultsError:
        return {}


def _remove_stale_drafts(folder: Path) -> None:
    """Remove what killed processes left; those that live write one at a time."""
    for path in folder.iterdir():
        if not _is_stale(path):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_stale(path: Path) -> bool:
    """Tell whether nobody can be writing a draft: pages are also made without the lock."""
    if not path.name.startswith(f".{REPORT}"):
        return is_draft(path)
    return is_draft(path) and time.time() - path.stat().st_mtime > _PAGE_SECONDS


def _probe(folder: Path) -> None:
    """Find out whether files can be written in a folder, or where it will be."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    probe = draft_of(folder / "probe" if folder.is_dir() else folder)
    probe.touch(exist_ok=False)
    probe.unlink(missing_ok=True)


def _refuse_another(folder: Path, identity: Mapping[str, str]) -> None:
    if not folder.exists() or (folder.is_dir() and all(map(_is_beginning, folder.iterdir()))):
        return
    if not (folder / MANIFEST).exists():
        raise CommandError(
            f"{folder} exists and is not a results folder; choose another folder with --out."
        )
    try:
        manifest = read_manifest(folder)
    except ResultsError as error:
        raise CommandError(
            f"{error} Choose another folder with --out; to go on with the finished runs of this "
            f"one, copy its {RUNS}/ there first."
        ) from None
    if not any(manifest.get(name) == fact for name, fact in identity.items()):
        raise CommandError(
            f"{folder} holds the results of another scenario ({manifest.get('fingerprint')}; this "
            f"one is {identity['fingerprint']}). Choose another folder with --out, or delete it "
            "first."
        )


def _refuse_change(folder: Path, identity: Mapping[str, str]) -> None:
    try:
        _refuse_another(folder, identity)
    except CommandError as error:
        raise RunError(f"{error} The finished runs are kept in {folder / RUNS}.") from error


def _is_beginning(path: Path) -> bool:
    """Tell whether a file is of a folder that was killed before it had a manifest."""
    if path.name != RUNS or not path.is_dir():
        return is_draft(path)
    return all(one.name == LOCK or one.suffix == ENDING for one in path.iterdir())


def _refuse_to_overwrite(folder: Path, files: Iterable[str]) -> None:
    ours = _manifest(folder).get("sha256", {})
    for name in files:
        if name not in ours and (folder / name).exists():
            raise CommandError(
                f"{folder / name} is not of this run, which may write a file of that name; move "
                "it away, or choose another folder with --out."
            )
