"""Turn the CDNOW purchases of 1997 into a customer file: each customer's mean monthly dollars.

Example: python docs/examples/cdnow_customers.py purchases.txt customers.csv --people 4039
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

END = date(1997, 10, 1)  # the file holds January to September
DAYS_A_MONTH = 28  # the simulation's months are four weeks


def purchases(lines: Iterable[str]) -> Iterator[tuple[str, date, float]]:
    """Yield customer, day and dollars of each purchase; a line is customer, day, CDs, dollars."""
    for line in lines:
        if line.strip():
            customer, day, _, dollars = line.split()
            yield customer, date.fromisoformat(day), float(dollars)


def monthly_dollars(lines: Iterable[str]) -> list[float]:
    """Return each customer's dollars a month from the first purchase on, in the file's order."""
    first: dict[str, date] = {}
    spent: dict[str, float] = {}
    for customer, day, dollars in purchases(lines):
        first.setdefault(customer, day)
        spent[customer] = spent.get(customer, 0.0) + dollars
    return [
        dollars * DAYS_A_MONTH / (END - first[customer]).days for customer, dollars in spent.items()
    ]


def write_customers(purchases_file: Path, customer_file: Path, people: int) -> None:
    """Write the first so many customers, numbered from 0 as the edge list numbers its people.

    Raises
    ------
    SystemExit
        If the file has fewer customers.
    """
    with purchases_file.open(encoding="utf-8") as lines:
        spend = monthly_dollars(lines)
    if len(spend) < people:
        raise SystemExit(f"{purchases_file}: has {len(spend)} customers, fewer than {people}")
    customer_file.parent.mkdir(parents=True, exist_ok=True)
    with customer_file.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["customer_no", "monthly_dollars"])
        rows.writerows((number, f"{dollars:.2f}") for number, dollars in enumerate(spend[:people]))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("purchases", type=Path, help="customer, day, number of CDs, dollars a line")
    parser.add_argument("customers", type=Path, help="the customer file to write (CSV)")
    parser.add_argument("--people", type=int, default=4039, help="how many customers to take")
    given = parser.parse_args()
    write_customers(given.purchases, given.customers, given.people)


if __name__ == "__main__":
    main()
