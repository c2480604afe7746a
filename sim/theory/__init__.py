"""Closed forms and exact chains that the engines are held to.

Pure functions of numbers. The minute is the unit throughout: rates are a minute, means are in
minutes. A number outside a formula's domain is a ValueError that states the inequality.
"""

from __future__ import annotations

from sim.theory.erlang import (
    erlang_b_blocking,
    erlang_c_delay_probability,
    erlang_c_wait_mean,
    erlang_c_wait_quantile,
    erlang_c_wait_tail,
)
from sim.theory.erlang_a import (
    erlang_a_abandonment,
    erlang_a_delay_probability,
    erlang_a_wait_mean,
    erlang_a_wait_served_mean,
)
from sim.theory.finite_queue import finite_queue_blocking, finite_queue_wait_mean
from sim.theory.priority import priority_wait_means
from sim.theory.priority_abandonment import ClassOutcome, priority_abandonment
from sim.theory.single_agent import pollaczek_khinchine_wait_mean

__all__ = [
    "ClassOutcome",
    "erlang_a_abandonment",
    "erlang_a_delay_probability",
    "erlang_a_wait_mean",
    "erlang_a_wait_served_mean",
    "erlang_b_blocking",
    "erlang_c_delay_probability",
    "erlang_c_wait_mean",
    "erlang_c_wait_quantile",
    "erlang_c_wait_tail",
    "finite_queue_blocking",
    "finite_queue_wait_mean",
    "pollaczek_khinchine_wait_mean",
    "priority_abandonment",
    "priority_wait_means",
]
