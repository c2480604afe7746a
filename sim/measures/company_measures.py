"""Measures of the company: its money, its staff, its product."""

from __future__ import annotations

from sim.measures.measure import Measure

__all__ = ["MONEY", "PRODUCT", "STAFF"]

MONEY = (
    Measure("revenue", "currency", "Revenue", "revenue", "up"),
    Measure("wages", "currency", "Wages", "wages", "down"),
    Measure("serving", "currency", "Cost to serve", "serving", "down"),
    Measure("remedies", "currency", "Remedies", "remedies", "down"),
    Measure(
        "offers", "currency", "Offers", "offers", "down", "sum",
        "Discounts for new and loyal customers, goodwill for polite complaints",
    ),
    Measure("acquisition", "currency", "Acquisition", "acquisition", "down"),
    Measure("hiring", "currency", "Hiring", "hiring", "down"),
    Measure("ombudsman_fees", "currency", "Ombudsman fees", "ombudsman_fees", "down"),
    Measure(
        "mending", "currency", "Product fixes", "mending", "down", "sum",
        "Product faults that the company fixes on its own initiative",
    ),
    Measure(
        "returning", "currency", "Returns", "returning", "down", "sum",
        "What needs with a `cost` cost, besides the agents' minutes",
    ),
    Measure("fixed", "currency", "Fixed costs", "fixed", "down"),
    Measure("profit", "currency", "Profit", "profit", "up"),
    Measure(
        "profit_discounted", "currency", "Discounted profit",
        "profit * discount", "up",
    ),
    Measure(
        "customer_equity", "currency", "Customer equity", "customer_equity", "up", "last",
        "Sum over customers of margin / (hazard of leaving + discount rate): Gupta, Lehmann & "
        "Stuart 2004; margin is expected spend minus the monthly cost to serve, over a year",
    ),
    Measure("cash", "currency", "Cash", "cash", "up", "last"),
    Measure("ruined", "0/1", "Ruined", "ruined", "down", "last", "Cash has been below zero"),
    Measure(
        "revenue_top20_share", "share", "Revenue from the top 20%", "top20_share", "none", "mean",
        "McCarthy & Winer 2018",
    ),
    Measure(
        "revenue_top1_share", "share", "Revenue from the top 1%", "top1_share", "none", "mean"
    ),
    Measure(
        "late_bloomers_share", "share", "Late bloomers' share of revenue from the top 20%",
        "late_bloomers_share", "none", "last",
        "Revenue of the top 20% from people who at the start spent less than the median customer",
    ),
    Measure(
        "revenue_top2_customers_share", "share", "Revenue from the two largest customers",
        "top2_share",
        "down", "mean",
    ),
)  # fmt: skip

STAFF = (
    Measure("agents_present", "agents", "Agents present", "agents_present", "none", "last"),
    Measure("morale_mean", "index", "Morale", "morale / agents_present", "up", "ratio"),
    Measure("agents_quit", "agents", "Agents who quit", "agents_quit", "down"),
)

PRODUCT = (
    Measure("fault_rate", "share", "Remaining product faults", "fault_rate", "down", "last"),
)
