"""Closed forms and exact chains that the engines are held to.

Pure functions of numbers. The minute is the unit of queues throughout: rates are a minute, means
are in minutes; adoption, retention and cascades say their own. A number outside a formula's domain
is a ValueError that states the inequality.
"""

from __future__ import annotations

from sim.theory.accumulating_priority import (
    accumulating_priority_wait_means,
    accumulating_priority_wait_tails,
)
from sim.theory.adoption import (
    bass_complete_adopters,
    bass_peak_time,
    bass_ring_share,
    bass_ring_share_monthly,
    bass_share,
)
from sim.theory.cascades import cascade_reached_mean, independent_cascade_reached_mean, told_mean
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
    erlang_a_wait_tail,
)
from sim.theory.finite_queue import (
    finite_queue_blocking,
    finite_queue_wait_mean,
    finite_queue_wait_tail,
)
from sim.theory.infinite_servers import infinite_server_busy_mean, infinite_server_sine_busy_mean
from sim.theory.percolation import (
    cascade_threshold,
    reached_along_ties,
    reached_through_tellers,
)
from sim.theory.priority import priority_wait_means
from sim.theory.priority_abandonment import ClassOutcome, priority_abandonment
from sim.theory.random_graph import Spread, random_graph_reached_mean, random_graph_spread
from sim.theory.retention import (
    exponential_gamma_survival,
    shifted_beta_geometric_retention,
    shifted_beta_geometric_survival,
)
from sim.theory.single_agent import (
    conserved_work_minutes,
    pollaczek_khinchine_wait_mean,
    single_agent_priority_wait_means,
)

__all__ = [
    "ClassOutcome",
    "Spread",
    "accumulating_priority_wait_means",
    "accumulating_priority_wait_tails",
    "bass_complete_adopters",
    "bass_peak_time",
    "bass_ring_share",
    "bass_ring_share_monthly",
    "bass_share",
    "cascade_reached_mean",
    "cascade_threshold",
    "conserved_work_minutes",
    "erlang_a_abandonment",
    "erlang_a_delay_probability",
    "erlang_a_wait_mean",
    "erlang_a_wait_served_mean",
    "erlang_a_wait_tail",
    "erlang_b_blocking",
    "erlang_c_delay_probability",
    "erlang_c_wait_mean",
    "erlang_c_wait_quantile",
    "erlang_c_wait_tail",
    "exponential_gamma_survival",
    "finite_queue_blocking",
    "finite_queue_wait_mean",
    "finite_queue_wait_tail",
    "independent_cascade_reached_mean",
    "infinite_server_busy_mean",
    "infinite_server_sine_busy_mean",
    "pollaczek_khinchine_wait_mean",
    "priority_abandonment",
    "priority_wait_means",
    "random_graph_reached_mean",
    "random_graph_spread",
    "reached_along_ties",
    "reached_through_tellers",
    "shifted_beta_geometric_retention",
    "shifted_beta_geometric_survival",
    "single_agent_priority_wait_means",
    "told_mean",
]
