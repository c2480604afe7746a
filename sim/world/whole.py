"""Every array of a run, held together: the first argument of every moment of truth."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.experimental import structref

from sim.jit import entry
from sim.world.records import Floats, Integers, Records

__all__ = ["World"]


@structref.register
class _WorldType(types.StructRef):
    """Numba's type of a World: a reference, so that passing one costs next to nothing.

    A tuple of as many arrays would be unpacked at each call from Python, and copied at each call
    of a compiled function that is not inlined.
    """

    def preprocess_fields(self, fields: Any) -> Any:
        """Forget constants: every world has the same type."""
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


class World(structref.StructRefProxy):
    """Every array of a run, to be read in Python and in compiled code alike.

    `P` is one record of parameters, `run` one record of the company's state and the stores' free
    lists. `clock` and `oper` are the corners of the map between clock and operational time.

    Parameters
    ----------
    **arrays
        All of the attributes below.
    """

    P: Records
    run: Records
    people: Records
    starts: Integers
    ties: Integers
    agents: Records
    pools: Records
    kinds: Records  # of contact: needs, then enquiry, then complaint
    samples: Floats  # of empirical laws
    entitlements: Records
    weights: Floats
    cuts: Records
    rules: Records  # one a policy
    seats: Integers  # policies x agents
    clock: Floats
    oper: Floats
    contacts: Records
    stories: Records
    tellings: Records
    hearings: Records
    outbox: Records
    months: Records
    groups: Records
    waits: Integers  # months x bins
    order: Integers  # scratch, one a person

    def __new__(cls, **arrays: Any) -> World:
        """Hold these arrays, by reference."""
        world: World = _hold(*(arrays[name] for name in _FIELDS))
        world.__dict__.update(arrays)
        return world

    def with_arrays(self, **arrays: Any) -> World:
        """Return a world with some arrays in the place of others."""
        return World(**(self.__dict__ | arrays))


_FIELDS = list(World.__annotations__)

structref.define_proxy(World, _WorldType, _FIELDS)


@entry
def _hold(*arrays: Any) -> World:
    return World(*arrays)  # compiled, this is numba's constructor
