"""People at a month's end, block by block: customers and others apart, and their draws at once.

What is done to somebody at a month's end depends on nobody later in the order of people, so that
within a block all draws of a kind can be made together, and customers be separated from others. A
block is small enough for its people's records to stay in the cache between the steps.
"""

from __future__ import annotations

from sim.core.compile import inlined, jitted
from sim.core.prefetch import prefetch, prefetch_rest
from sim.core.rng import fill_uniforms
from sim.model.records import CUSTOMER
from sim.model.state import World

__all__ = [
    "BLOCK",
    "CUSTOMERS",
    "DRAWS",
    "OTHERS",
    "ask_ahead",
    "draw_for",
    "drawn",
    "member",
    "split_block",
]

BLOCK = 128  # people
CUSTOMERS, OTHERS = range(2)
# How many people ahead a record is asked for. Records that are far apart follow no pattern that a
# processor sees by itself, and each would be waited for.
_AHEAD = 8
DRAWS = 4  # most kinds of number that one step draws or makes for a block


@jitted
def split_block(W: World, first: int) -> tuple[int, int]:
    """List the customers and the others of the block that begins with a person, each in order.

    Return how many there are of each; `member` gives who they are.
    """
    customers = others = 0
    last = W.people.shape[0] - 1
    for i in range(first, min(first + BLOCK, W.people.shape[0])):
        prefetch(W.people[min(i + _AHEAD, last)])
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
def ask_ahead(W: World, group: int, place: int, count: int) -> None:
    """Ask for the record of somebody whose turn comes soon after that of who is at a place."""
    prefetch_rest(W.people[W.block[group, min(place + _AHEAD, count - 1)]])


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
