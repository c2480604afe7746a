"""The staff, product and company sections."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.schema.fields import (
    Count,
    LogWeight,
    Money,
    Months,
    Positive,
    Rate,
    Section,
    Share,
    Violation,
    key,
)

__all__ = ["Company", "Morale", "Product", "Quit", "Staff"]

ABUSE = "Grandey, Dickter & Sin 2004: direction; size assumed"
TURNOVER = "Holman, Batt & Holtgrewe 2007: 35 percent a year, replacement 3-4 months' pay"


class Morale(Section):
    """What moves an agent's morale, 0 to 1, and what it does to the work."""

    base: Share = key(0.75, "Morale toward which agents recover.")
    recovery: Share = key(
        0.15, "Share of the distance to the base that morale covers per month.", unit="1/month"
    )
    angry: Rate = key(0.002, "Fall at each angry contact.", source=ABUSE)
    abuse: Rate = key(0.006, "Further fall where it is abusive.", source=ABUSE)
    thanks: Rate = key(0.002, "Rise at each thanks.")
    delight: Share = key(
        0.25,
        "Disconfirmation above which a customer who got a remedy thanks the agent.",
        source="declared assumption; plausible 0 to 0.4",
    )
    overrule: Rate = key(0.003, "Fall at each overruling.")
    load: Rate = key(0.3, "Fall per month at full utilisation, above the knee.", unit="1/month")
    knee: Share = key(0.85, "Utilisation above which load lowers morale.")
    quality: Share = key(
        0.4, "Share of an agent's quality that depends on morale.", unit="share", symbol="1 - q0"
    )


class Quit(Section):
    """The hazard that an agent quits at a month's end."""

    base_per_month: Rate = key(
        0.004,
        "Hazard of quitting at full morale.",
        unit="1/month",
        symbol="q0",
        source=f"set to {TURNOVER}; assumed: 25 to 50 percent",
        plausible=(0.0028, 0.0057),
    )
    slope: LogWeight = key(4.0, "Weight of lost morale in the log hazard.", symbol="b")


class Staff(Section):
    """How agents learn, feel, leave and are replaced."""

    start_speed: Share = key(
        0.7, "Speed of a new agent, as a share of an experienced agent's.", symbol="v0", gt=0
    )
    learning_months: Months = key(
        4.0,
        "Months in which a new agent closes 1 - 1/e of the gap to full speed.",
        unit="months",
        gt=0,
    )
    courtesy_standard: Share = key(0.85, "Courtesy that takes no extra time.")
    courtesy_price: Rate = key(
        1.0, "Share by which handling time grows for each unit of courtesy above the standard."
    )
    morale: Morale = key(Morale, "What moves morale, and what it does.")
    quit: Quit = key(Quit, "Quitting.")
    hire_delay_months: Count = key(1, "Months until a leaver is replaced.", unit="months", le=1200)
    hire_cost: Rate = key(
        2500.0, "Cost of a replacement.", unit="currency", source=f"{TURNOVER}; size assumed"
    )

    def violations(self) -> Iterable[Violation]:
        """Yield a speed at which no contact would ever end."""
        if self.start_speed < 0.01:
            yield Violation(("start_speed",), "must be at least 0.01")


class Product(Section):
    """How justified complaints teach the company to improve its product."""

    fault_floor: Share = key(0.5, "Share of product faults that no lesson removes.", unit="share")
    lesson_scale: Positive = key(
        1000.0,
        "Lessons that remove 1 - 1/e of the removable faults.",
        unit="lessons per thousand customers",
    )


class Company(Section):
    """Costs and money."""

    fixed_cost_per_month: Rate = key(160_000.0, "Fixed cost.", unit="currency/month")
    serve_cost_per_month: Rate = key(
        6.0, "Cost of serving a customer, without contacts.", unit="currency/month"
    )
    acquisition_cost: Rate = key(
        60.0,
        "Cost of winning a customer.",
        unit="currency",
        source="Gupta, Lehmann & Stuart 2004 on its weight; size assumed",
    )
    discount_rate_per_year: Rate = key(0.10, "Discount rate.", unit="1/year")
    cash: Money = key(0.0, "Cash at the start; below zero is ruin.", unit="currency")
