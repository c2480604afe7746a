"""Give the CDNOW purchases of 1997 a header and ISO dates, and number the first customers from 0.

Example: python docs/examples/cdnow_customers.py purchases.txt purchases.csv --people 4039
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path


def purchases(lines: Iterable[str]) -> Iterator[tuple[int, date, float]]:
    """Yield customer, day and dollars of each purchase; a line is customer, day, CDs, dollars.

    Customers are numbered from 0 in the file's order, as the edge list numbers its people.
    """
    numbers: dict[str, int] = {}
    for line in lines:
        if line.strip():
            customer, day, _, dollars = line.split()
            number = numbers.setdefault(customer, len(numbers))
            yield number, date.fromisoformat(day), float(dollars)


def write_purchases(lines: Iterable[str], table: Path, people: int) -> None:
    """Write the purchases of the first so many customers as CSV.

    Raises
    ------
    SystemExit
        If there are fewer customers.
    """
    rows = [row for row in purchases(lines) if row[0] < people]
    found = len({number for number, *_ in rows})
    if found < people:
        raise SystemExit(f"there are {found} customers, fewer than {people}")
    table.parent.mkdir(parents=True, exist_ok=True)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer", "date", "amount"])
        writer.writerows((number, day, f"{dollars:.2f}") for number, day, dollars in rows)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("purchases", type=Path, help="customer, day, number of CDs, dollars a line")
    parser.add_argument("table", type=Path, help="the table to write (CSV)")
    parser.add_argument("--people", type=int, default=4039, help="how many customers to take")
    given = parser.parse_args()
    with given.purchases.open(encoding="utf-8") as lines:
        write_purchases(lines, given.table, given.people)


if __name__ == "__main__":
    main()
