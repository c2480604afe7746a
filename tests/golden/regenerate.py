"""Write the golden file anew: `python -m tests.golden.regenerate`.

The file holds every measure of one small run, to the last bit. It changes when the model does, and
only then: read the difference before committing it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sim.engine.simulate import simulate
from sim.measures.definitions import MEASURES
from sim.model.measuring import monthly
from sim.scenario.reading.load import from_mapping

__all__ = ["FILE", "golden_text"]

FILE = Path(__file__).parent / "monthly.csv"

SCENARIO = {
    "name": "Golden",
    "months": 6,
    "history_months": 0,
    "replications": 2,
    "seed": 7,
    "people": {
        "count": 400,
        "customers": 200,
        "contacts_per_month": {"mean": 3.0},
        "patience_minutes": {"mean": 12.0},
    },
    "network": {"mean_degree": 6},
    "desk": {
        "opening": {"mon-fri": "09:00-17:00"},
        "day_cv": 0.1,
        "pools": {
            "front": {"agents": 1},
            "upset": {"agents": 1, "serves": ["complaint"], "helps": ["front"]},
        },
    },
    "policies": {"equal": {}, "value_tiers": {}, "complaint_rewarding": {}},
}


def golden_text() -> str:
    """Return the measures as CSV: a row a policy, replication and month, floats as Python's repr.

    What is undefined is an empty cell.
    """
    given = from_mapping(SCENARIO)
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(["policy", "replication", "month", *MEASURES])
    for policy in given.policies:
        for replication in range(given.replications):
            columns = [
                one.tolist() for one in monthly(simulate(given, policy, replication)).values()
            ]
            for month, row in enumerate(zip(*columns, strict=True), start=1):
                cells = ["" if value != value else repr(value) for value in row]
                writer.writerow([policy, replication, month, *cells])
    return sheet.getvalue()


if __name__ == "__main__":
    FILE.write_text(golden_text(), encoding="utf-8")
