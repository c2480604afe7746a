"""The checklist STRESS-DES, filled in from the run itself.

References
----------
Monks, Currie, Onggo, Robinson, Kunc & Taylor (2019), Strengthening the reporting of empirical
simulation studies: Introducing the STRESS guidelines, Journal of Simulation 13(1), 55-67,
doi:10.1080/17477778.2018.1442155.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.errors import RunError
from sim.report.checklist import aims, components, data, logic, running
from sim.report.checklist.blocks import Block, Drawing, Grid, Listing, filled
from sim.report.folder import Frames

__all__ = ["ITEMS", "Block", "Drawing", "Grid", "Item", "Listing", "Told", "checklist"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a report of a simulation has to tell.

    Attributes
    ----------
    part, number, title : str
        As in the checklist.
    answer : callable
        Tells it of the results of a run.
    """

    part: str
    number: str
    title: str
    answer: Callable[[Frames], tuple[Block, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """An item of the checklist, and what is told of it."""

    number: str
    title: str
    blocks: tuple[Block, ...]


ITEMS: tuple[Item, ...] = (
    Item("Objectives", "1.1", "Purpose of the model", aims.purpose),
    Item("Objectives", "1.2", "Model outputs", aims.outputs),
    Item("Objectives", "1.3", "Experimentation aims", aims.experiments),
    Item("Logic", "2.1", "Base model overview diagram", logic.diagram),
    Item("Logic", "2.2", "Base model logic", logic.base_model),
    Item("Logic", "2.3", "Scenario logic", logic.policies),
    Item("Logic", "2.4", "Algorithms", logic.algorithms),
    Item("Logic", "2.5.1", "Components: entities", components.entities),
    Item("Logic", "2.5.2", "Components: activities", components.activities),
    Item("Logic", "2.5.3", "Components: resources", components.resources),
    Item("Logic", "2.5.4", "Components: queues", components.queues),
    Item("Logic", "2.5.5", "Components: entry and exit points", components.entry_and_exit),
    Item("Data", "3.1", "Data sources", data.sources),
    Item("Data", "3.2", "Pre-processing", data.preprocessing),
    Item("Data", "3.3", "Input parameters", data.parameters),
    Item("Data", "3.4", "Assumptions", data.assumptions),
    Item("Experimentation", "4.1", "Initialisation", running.initialisation),
    Item("Experimentation", "4.2", "Run length", running.run_length),
    Item("Experimentation", "4.3", "Estimation approach", running.estimation),
    Item("Implementation", "5.1", "Software", running.software),
    Item("Implementation", "5.2", "Random sampling", running.random_sampling),
    Item("Implementation", "5.3", "Model execution", running.execution),
    Item("Implementation", "5.4", "System specification", running.system),
    Item("Code access", "6.1", "Computer model sharing statement", aims.code),
)
"""Every item of the checklist, in its order."""


def checklist(frames: Frames) -> Mapping[str, tuple[Told, ...]]:
    """Fill in the checklist, by its parts.

    Raises
    ------
    RunError
        If an item is left empty: a report that is silent on one is not a report.
    """
    told: dict[str, tuple[Told, ...]] = {}
    for item in ITEMS:
        blocks = item.answer(frames)
        if not blocks or not all(filled(block) for block in blocks):
            raise RunError(
                f"The checklist STRESS-DES has an empty item: {item.number} {item.title}"
            )
        told[item.part] = (*told.get(item.part, ()), Told(item.number, item.title, blocks))
    return told
