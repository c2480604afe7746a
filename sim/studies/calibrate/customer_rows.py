"""Write a customer file from purchases: who is still a customer, and what each spends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from sim.errors import CommandError
from sim.studies.calibrate.spend_of_customers import MONTH, Buyers, Fit, drawn, expected_spend

__all__ = ["customer_table", "write_customers"]

_LAP = 2**20  # of the draws; no other use of them has as many


def customer_table(fit: Fit, buyers: Buyers) -> pl.DataFrame:
    """Return a row for each who ever bought, with columns as `people.file` reads them.

    A customer file says yes or no, so who is still a customer is drawn with the probability that
    stands beside it. Spend is drawn too, from what is known of each: expected values would be more
    alike than people are.

    Parameters
    ----------
    fit : Fit
    buyers : Buyers

    Returns
    -------
    polars.DataFrame
        `id`; `customer`, 0 or 1; `spend`, currency per month of four weeks while a customer;
        `tenure_months` since the first purchase; `probability`, that one is still a customer;
        `expected_spend`, if so. A scenario passes the last two over.
    """
    alive, rates, amounts = drawn(fit, buyers, _LAP)
    return pl.DataFrame(
        {
            "id": buyers.ids,
            "customer": alive.astype(np.int64),
            "spend": np.round(rates * amounts, 4),
            "tenure_months": np.round(buyers.histories.age / MONTH, 2),
            "probability": np.round(fit.buying.alive(buyers.histories), 4),
            "expected_spend": np.round(expected_spend(fit, buyers), 4),
        }
    )


def write_customers(fit: Fit, buyers: Buyers, file: Path) -> Path:
    """Write the rows of `customer_table` as CSV.

    Raises
    ------
    CommandError
        If the file cannot be written.
    """
    try:
        customer_table(fit, buyers).write_csv(file)
    except OSError as error:
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None
    return file
