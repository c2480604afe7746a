"""Write scenarios/bank_1999.yaml: what `sim calibrate` fits to the bank's log by itself.

    python docs/examples/bank_1999_scenario.py LOG > scenarios/bank_1999.yaml

The command's numbers stay as they are. What it cannot know is added: a title, how long and how
often to run, and what the order that it found is called at the bank.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

LOG = "anonymous_bank_1999_feb_1_14.tsv"
COMMAND = (
    f"calibrate {LOG} --date date --arrival vru_exit --wait q_time --service ser_time "
    "--outcome outcome --served AGENT --abandoned HANG --customer customer_id --class priority "
    "--agent server --unit seconds --dates ymd --skip 1999-02-03 --desk-alone -o bank_1999.yaml"
)

HEAD = """\
# A bank's telephone desk in Israel, first half of February 1999, fitted to its call log by the
# command below. The log (Mandelbaum, Sakov & Zeltyn 2000, "Anonymous Bank") is not part of this
# package. How well this file gives the fortnight back: docs/bank_1999.md.
#
# Class 2 are the bank's best customers, class 1 its other customers, and unnamed callers are mostly
# prospects. The bank gave its best customers a head start in the queue, and never told them.
#
# docs/examples/bank_1999_scenario.py wrote it. It ran the command, then added this head, describe,
# months, replications and seed, gave it another name, and called the policy as_logged head_start.
#
"""

TITLE = """\
name: A bank's telephone desk, 1999
describe: Regular callers, prospects, and best customers with a secret head start.
months: 3
replications: 20
seed: 1999
"""

EDITS = (
    (f'name: "Calibrated from {LOG}"\n', TITLE),
    ("  as_logged:\n", "  head_start:\n"),
    (
        "describe: Classes are served in the order that the log shows.",
        "describe: The best customers are taken to have waited for a while already.",
    ),
)


def fitted(log: Path) -> str:
    """Return the file that `sim calibrate` writes.

    Raises
    ------
    subprocess.CalledProcessError
        If the command fails, or does not reproduce the log.
    """
    with TemporaryDirectory() as folder:
        shutil.copyfile(log, Path(folder) / LOG)
        words = (sys.executable, "-m", "sim", *shlex.split(COMMAND))
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return (Path(folder) / "bank_1999.yaml").read_text(encoding="utf-8")


def titled(text: str) -> str:
    """Return the command's file with a head, a title and the bank's name of the order.

    Raises
    ------
    ValueError
        If what is to be changed is not there once.
    """
    for old, new in EDITS:
        if text.count(old) != 1:
            raise ValueError(f"not there once: {old!r}")
        text = text.replace(old, new)
    return HEAD + text


def main() -> None:
    """Write the scenario to standard output."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sys.stdout.write(titled(fitted(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
