"""People at a month's end, block by block: customers and others apart, and their draws at once.

What is done to somebody at a month's end depends on nobody later in the order of people, so that
within a block all draws of a kind can be made together, and customers be separated from others. A
block is small enough for its people's records to stay in the cache between the steps.
"""

from __future__ import annotations

from typing import Any

from sim.core.compile import inlined, jitted
from sim.core.prefetch import prefetcher
from sim.core.rng import fill_uniforms
from sim.model.records import CUSTOMER
from sim.model.state import World

__all__ = [
    "BLOCK",
    "CUSTOMERS",
    "DRAWS",
    "OTHERS",
    "ask_for_customer",
    "ask_for_next_block",
    "ask_for_next_need",
    "draw_for",
    "drawn",
    "member",
    "split_block",
]

BLOCK = 128  # people
CUSTOMERS, OTHERS = range(2)
# How many customers ahead a record is asked for. Records that are far apart follow no pattern that
# a processor sees by itself, and each would be waited for.
_AHEAD = 8
# Lines of a person's record: who they are to the company and what was lately, when the next need
# arises, and what else a month's end reads of a customer.
_ask_for_all = prefetcher(0, 2)
_ask_for_need = prefetcher(2, 3)
_ask_for_customer = prefetcher(2, 6)
DRAWS = 4  # most kinds of number that one step draws or makes for a block


@jitted
def split_block(W: World, first: int) -> tuple[int, int]:
    """List the customers and the others of the block that begins with a person, each in order.

    Return how many there are of each; `member` gives who they are.
    """
    customers = others = 0
    for i in range(first, min(first + BLOCK, W.people.shape[0])):
        # Both are written and one is kept: whether somebody is a customer no processor can guess.
        W.block[CUSTOMERS, customers] = i
        W.block[OTHERS, others] = i
        is_customer = int(W.people[i].status == CUSTOMER)
        customers += is_customer
        others += 1 - is_customer
    return customers, others


@inlined
def member(W: World, group: int, place: int) -> int:
    """Return the person at a place among the block's customers or others."""
    return W.block[group, place]


@inlined
def _customer_soon_after(W: World, place: int, count: int) -> Any:
    """Return the record of the customer whose turn comes soon after that of who is at a place."""
    return W.people[W.block[CUSTOMERS, min(place + _AHEAD, count - 1)]]


@inlined
def ask_for_customer(W: World, place: int, count: int) -> None:
    """Ask for all of a customer whose turn comes soon, of so many in the block."""
    _ask_for_customer(_customer_soon_after(W, place, count))


@inlined
def ask_for_next_block(W: World, first: int, place: int, count: int) -> None:
    """Ask for a customer's share of the next block, so that no two steps wait for memory at once.

    `first` is who the present block begins with; it has so many customers.
    """
    share = 1 + BLOCK // count
    begins = first + BLOCK + share * place
    for i in range(begins, min(begins + share, W.people.shape[0])):
        _ask_for_all(W.people[i])


@inlined
def ask_for_next_need(W: World, place: int, count: int) -> None:
    """Ask for what says when the next need arises of a customer whose turn comes soon."""
    _ask_for_need(_customer_soon_after(W, place, count))


@jitted
def draw_for(
    W: World, kind: int, group: int, count: int, purpose: int, index: int, lap: int
) -> None:
    """Draw a number for each of the block's customers or others; `drawn` gives it by kind."""
    fill_uniforms(W.draws, kind, W.block, group, count, W.run[0].key, purpose, index, lap)


@inlined
def drawn(W: World, kind: int, place: int) -> float:
    """Return what `draw_for` drew for who is at a place."""
    return W.draws[kind, place]
