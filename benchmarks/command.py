"""Time this project beside its peers, at growing sizes, and over workers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks import (
    balance_command,
    growth_command,
    model_command,
    policies_command,
    precision_command,
    queue_command,
    sweep_command,
    talk_command,
    workers_command,
)
from benchmarks.tables import FOLDER

__all__ = ["SUBJECTS", "main"]

SUBJECTS = {
    "queue": queue_command,
    "model": model_command,
    "policies": policies_command,
    "precision": precision_command,
    "workers": workers_command,
    "sweep": sweep_command,
    "growth": growth_command,
    "talk": talk_command,
    "balance": balance_command,
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    words : sequence of str, optional
        The command line after the program's name; by default the process's own.

    Returns
    -------
    int
        0, or 1 if a contestant disagrees with theory.
    """
    arguments = _parser().parse_args(words)
    if arguments.subject is not None:
        return int(arguments.run(arguments))
    # One after another, so that none disturbs another's times.
    return max(main([name]) for name in SUBJECTS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=f"{__doc__} Without a subject: all of them."
    )
    subjects = parser.add_subparsers(dest="subject", metavar=f"{{{','.join(SUBJECTS)}}}")
    for name, module in SUBJECTS.items():
        summary = str(module.__doc__).partition("\n")[0]
        subject = subjects.add_parser(name, help=summary, description=summary)
        module.add_arguments(subject)
        subject.add_argument(
            "--out", type=Path, default=FOLDER, metavar="FOLDER", help=f"by default {FOLDER}"
        )
        subject.set_defaults(run=module.run, refuse=subject.error)
    return parser
