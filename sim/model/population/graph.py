"""Who knows whom: the social graph on which people talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from sim.core import streams
from sim.core.compile import allocating, allocating_entry
from sim.core.rng import uniform
from sim.errors import InputError
from sim.model.population.edge_list import read_edges
from sim.model.population.graph_blocks import propensities, within_blocks
from sim.model.population.graph_kinds import Pairs, attached, ring
from sim.scenario.schema.network import Network

__all__ = ["Graph", "build_graph"]

Integers: TypeAlias = npt.NDArray[np.int64]


class Graph(NamedTuple):
    """An undirected graph in compressed rows, without self-ties or doubled ties.

    Attributes
    ----------
    starts : array of int64, one more than there are people
        Person i's neighbours are ``ties[starts[i]:starts[i + 1]]``, in rising order.
    ties : array of int32, two per tie
        Half as wide as an index: half the memory and half the cache misses.
    """

    starts: Integers
    ties: npt.NDArray[np.int32]


def build_graph(
    network: Network,
    count: int,
    key: int,
    ids: Sequence[str] | None = None,
    scores: npt.NDArray[np.float64] | None = None,
) -> Graph:
    """Build the ties among `count` people, the same for the same key.

    The ring of a small world and the blocks follow the order of people; the hubs of a scale-free
    network are random. Every kind but `file` has the mean degree to within one tie in total; a
    single person has no ties.

    Parameters
    ----------
    network : Network
        The scenario's section.
    count : int
        People, 0 to 20,000,000.
    key : int
        From `sim.core.rng.run_key`.
    ids : sequence of str, optional
        People's names in a customer file, in order, by which an edge list knows them. Without,
        an edge list holds numbers from 0 to count - 1.
    scores : array of float64, optional
        One a person: who has a higher one is put in a place with no fewer ties.

    Raises
    ------
    InputError
        If the mean degree is above count - 1, or not an even whole number for a small world, or
        blocks have no room for their ties.
    DataError
        If an edge list cannot be used.
    """
    pairs = _pairs(network, count, key, ids)
    return _tied(pairs if scores is None else _placed(pairs, scores, key), count)


def _pairs(network: Network, count: int, key: int, ids: Sequence[str] | None) -> Pairs:
    if network.kind == "file":
        assert network.file is not None  # the scenario has been checked
        return read_edges(network.file, count, ids).pairs
    if network.kind == "none" or count < 2 or network.mean_degree == 0:
        return np.empty((0, 2), np.int32)
    for violation in network.crowded(count):  # the people of a customer file count only now
        raise InputError(f"network.{violation.path[0]}: {violation.rule}.")
    if network.kind == "small_world":
        return ring(count, _half(network.mean_degree), float(network.rewire), key)
    total = round(count * network.mean_degree / 2)
    if network.kind == "scale_free":
        return attached(count, total, key)
    if network.kind == "random":
        return within_blocks(np.ones(count), 1, total, 0, key)
    return _blocks(network, count, key)


def _placed(pairs: Pairs, scores: npt.NDArray[np.float64], key: int) -> Pairs:
    """Return the same graph with people in the order of their scores on places of rising degree.

    Chance decides between places of the same degree, else scores would say who is tied to whom.
    """
    degrees = np.bincount(pairs.ravel(), minlength=len(scores))
    who = np.empty(len(scores), np.int32)
    who[np.lexsort((_place_draws(key, len(scores)), degrees))] = np.argsort(scores, kind="stable")
    return who[pairs]


@allocating_entry
def _place_draws(key: int, count: int) -> npt.NDArray[np.float64]:
    draws = np.empty(count)
    for i in range(count):
        draws[i] = uniform(key, streams.TIE_PLACE, i, 0)
    return draws


def _half(mean: float) -> int:
    if mean % 2:
        raise InputError(
            "network.mean_degree: must be an even whole number of at least 2 for "
            f"kind: small_world (got {mean:g})."
        )
    return int(mean) // 2


def _blocks(network: Network, count: int, key: int) -> Pairs:
    inside, outside = network.ties(count)
    weights = propensities(count, float(network.degree_cv), key)
    return within_blocks(weights, network.blocks, inside, outside, key)


def _tied(pairs: Pairs, count: int) -> Graph:
    starts, ties = _rows(pairs, count)
    return Graph(starts, ties)


@allocating_entry
def _rows(pairs: Pairs, count: int) -> tuple[Integers, Pairs]:
    """Sort ties into rows by counting, and drop self-ties and doubled ties.

    Adding each person, in order, to the rows of their neighbours sorts every row.
    """
    starts = np.zeros(count + 1, np.int64)
    for tie in range(len(pairs)):
        if pairs[tie, 0] != pairs[tie, 1]:
            starts[pairs[tie, 0] + 1] += 1
            starts[pairs[tie, 1] + 1] += 1
    for person in range(count):
        starts[person + 1] += starts[person]
    rows = np.empty(starts[-1], np.int32)
    places = starts[:-1].copy()
    for tie in range(len(pairs)):
        one, other = pairs[tie, 0], pairs[tie, 1]
        if one != other:
            rows[places[one]], rows[places[other]] = other, one
            places[one] += 1
            places[other] += 1
    ties = np.empty(len(rows), np.int32)
    places[:] = starts[:-1]
    for person in range(count):
        for other in rows[starts[person] : starts[person + 1]]:
            ties[places[other]] = person
            places[other] += 1
    kept = _merge(starts, ties)
    return starts, (ties if kept == len(ties) else ties[:kept].copy())


@allocating
def _merge(starts: Integers, ties: Pairs) -> int:
    kept = first = 0
    for person in range(len(starts) - 1):
        after = starts[person + 1]
        row = kept
        for place in range(first, after):
            if kept == row or ties[kept - 1] != ties[place]:
                ties[kept] = ties[place]
                kept += 1
        first = after
        starts[person + 1] = kept
    return kept
