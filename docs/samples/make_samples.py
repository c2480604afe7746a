"""Make the samples that the pages use from a made-up company: calls, orders, dashboard, customers.

    python docs/samples/make_samples.py

The calls and the dashboard are those of a run of `made_up_company.yaml`, as its telephone system
and its controller would export them. Orders are drawn here: customers order at rates of their own
until they stop (Schmittlein, Morrison & Colombo 1987, doi:10.1287/mnsc.33.1.1). So are a list of
customers with their bills, and whom each of them knows: neighbours, and a few others. Another
company's telephone log of four weeks and its purchases of half a year have plain columns.
"""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sim
from sim.studies.run.contact_log import record_log

HERE = Path(__file__).parent
COMPANY = HERE / "made_up_company.yaml"
WEEKS = 5
FIRST_DAY = datetime(2030, 9, 2)  # a Monday; the log's own first day is one too
ORDERS_FROM = datetime(2029, 10, 1)
CALLED_FROM = datetime(2024, 3, 4, 8)  # a Monday
ORDERING = 700
LISTED = 2000
EUROPEAN = ("calls.csv", "orders.csv")  # semicolons and decimal commas
FIGURES = {
    "churn_rate": ("churn_rate", ""),
    "complaints_polite": ("complaints", "polite"),
    "complaints_angry": ("complaints", "angry"),
    "complaints_public": ("complaints", "public"),
    "customers": ("customers", ""),
}


def main() -> None:
    """Write the files beside this one."""
    with tempfile.TemporaryDirectory() as folder:
        result = sim.run(COMPANY, out=folder, progress=_quiet)
        months = result.monthly.iter_rows(named=True)
        _write("dashboard.csv", ("month", "measure", "segment", "value"), _dashboard(months))
        scenario = sim.load(COMPANY)
        calls = Path(folder) / "calls.csv"
        record_log(scenario, ("equal",), calls)
        with calls.open(encoding="utf-8") as file:
            rows = list(_calls(csv.DictReader(file)))
    _write("calls.csv", ("Call time", "Waited (s)", "Talked (s)", "Result", "Customer no"), rows)
    chance = random.Random(5)
    _write("customers.csv", ("customer_no", "monthly_bill"), _customers(chance))
    _write("ties.csv", ("one", "other"), _ties(chance))
    chance = random.Random(1)
    columns = ("arrival", "wait", "service", "outcome", "caller", "segment")
    _write("telephone.csv", columns, _telephone(chance))
    _write("purchases.csv", ("customer", "date", "amount"), _purchases(chance))
    _write("orders.csv", ("Customer no", "Date", "Total"), _orders(random.Random(18)))


def _quiet(done: int, total: int) -> None:
    """Show no progress."""
    del done, total


def _write(name: str, columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";" if name in EUROPEAN else ",")
        writer.writerows([columns, *rows])


def _calls(log: Iterator[dict[str, str]]) -> Iterator[tuple[object, ...]]:
    start = None
    for row in log:
        at = datetime.fromisoformat(row["arrival"])
        start = start or at.replace(hour=0, minute=0, second=0, microsecond=0)
        if at >= start + timedelta(weeks=WEEKS):
            return
        if row["outcome"] not in ("served", "abandoned"):
            continue
        when = FIRST_DAY + (at - start)
        waited = f"{60 * float(row['wait']):.0f}"
        talked = f"{60 * float(row['service']):.0f}" if row["outcome"] == "served" else ""
        result = "answered" if row["outcome"] == "served" else "hung up"
        yield f"{when:%d.%m.%Y %H:%M:%S}", waited, talked, result, f"K{row['customer']}"


def _dashboard(months: Iterator[dict[str, float]]) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(months):
        month = f"{2029 + (9 + number) // 12}-{(9 + number) % 12 + 1:02}"
        for measure, (name, segment) in FIGURES.items():
            value = round(row[measure], 4) if measure == "churn_rate" else round(row[measure])
            yield month, name, segment, value
        yield month, "CSAT", "", round(100 * row["satisfaction_mean"])


def _orders(chance: random.Random) -> Iterator[tuple[object, ...]]:
    rows = []
    for customer in range(ORDERING):
        rate = chance.gammavariate(0.8, 1 / 55)  # a day
        day, lives = (
            364 * chance.random() ** 2,
            chance.expovariate(chance.gammavariate(1.2, 1 / 450)),
        )
        usual, end = chance.lognormvariate(3.6, 0.6), day + lives
        while day < min(365, end):
            total = chance.gammavariate(5, usual / 5)
            rows.append((ORDERS_FROM + timedelta(days=day), f"K{customer}", total))
            day += chance.expovariate(rate)
    for at, customer, total in sorted(rows):
        yield customer, f"{at:%d.%m.%Y}", f"{total:.2f}".replace(".", ",")


def _customers(chance: random.Random) -> Iterator[tuple[object, ...]]:
    yield from ((f"c{i}", f"{chance.lognormvariate(3.4, 0.7):.2f}") for i in range(LISTED))


def _ties(chance: random.Random) -> Iterator[tuple[object, ...]]:
    for i in range(LISTED):
        yield from ((f"c{i}", f"c{(i + step) % LISTED}") for step in (1, 2))
        if chance.random() < 0.3:
            other = (i + chance.randrange(3, LISTED - 3)) % LISTED
            yield f"c{i}", f"c{other}"


def _telephone(chance: random.Random) -> Iterator[tuple[object, ...]]:
    """Let two agents answer calls in their order, from eight to six on weekdays."""
    for day in range(26):
        if day % 7 > 4:
            continue
        now = CALLED_FROM + timedelta(days=day)
        free = [now, now]
        for _ in range(200):
            now += timedelta(minutes=chance.expovariate(0.333))
            wait = max((min(free) - now).total_seconds(), 0.0)
            patience, talk = chance.expovariate(1 / 240), chance.lognormvariate(5, 0.8)
            served = patience > wait
            if served:
                free[free.index(min(free))] = now + timedelta(seconds=wait + talk)
            spoken = f"{talk:.0f}" if served else ""
            outcome = "served" if served else "abandoned"
            caller, segment = chance.randrange(1500), chance.choice(["home", "firm"])
            waited = f"{min(wait, patience):.0f}"
            yield f"{now:%Y-%m-%d %H:%M:%S}", waited, spoken, outcome, caller, segment


def _purchases(chance: random.Random) -> Iterator[tuple[object, ...]]:
    for customer in range(400):
        day, mean = chance.randrange(60), chance.lognormvariate(3, 1)
        gap, last = chance.gammavariate(1.5, 20), day + chance.expovariate(1 / 120)
        while day < min(182, last):
            date = CALLED_FROM + timedelta(days=day)
            yield customer, f"{date:%Y-%m-%d}", f"{chance.gammavariate(4, mean / 4):.2f}"
            day += 1 + int(chance.expovariate(1 / gap))


if __name__ == "__main__":
    main()
