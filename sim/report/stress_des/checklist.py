"""Fill in the STRESS-DES checklist from a run.

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
from sim.report.kit.frames import Frames
from sim.report.stress_des import data_items, model_items, run_items
from sim.report.stress_des.blocks import Block, BulletList, Diagram, TableBlock, has_content

__all__ = [
    "ITEMS",
    "Block",
    "BulletList",
    "Diagram",
    "FilledItem",
    "Item",
    "TableBlock",
    "checklist",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a report of a simulation must contain.

    Attributes
    ----------
    part, number, title : str
        As in the checklist.
    answer : callable
        Returns the content for the results of a run.
    """

    part: str
    number: str
    title: str
    answer: Callable[[Frames], tuple[Block, ...]]


@dataclass(frozen=True, slots=True)
class FilledItem:
    """An item of the checklist with its content."""

    number: str
    title: str
    blocks: tuple[Block, ...]


ITEMS: tuple[Item, ...] = (
    Item("Objectives", "1.1", "Purpose of the model", run_items.purpose),
    Item("Objectives", "1.2", "Model outputs", run_items.outputs),
    Item("Objectives", "1.3", "Experimentation aims", run_items.experiments),
    Item("Logic", "2.1", "Base model overview diagram", model_items.diagram),
    Item("Logic", "2.2", "Base model logic", model_items.base_model),
    Item("Logic", "2.3", "Scenario logic", model_items.policies),
    Item("Logic", "2.4", "Algorithms", model_items.algorithms),
    Item("Logic", "2.5.1", "Components: entities", model_items.entities),
    Item("Logic", "2.5.2", "Components: activities", model_items.activities),
    Item("Logic", "2.5.3", "Components: resources", model_items.resources),
    Item("Logic", "2.5.4", "Components: queues", model_items.queues),
    Item("Logic", "2.5.5", "Components: entry and exit points", model_items.entry_and_exit),
    Item("Data", "3.1", "Data sources", data_items.sources),
    Item("Data", "3.2", "Pre-processing", data_items.preprocessing),
    Item("Data", "3.3", "Input parameters", data_items.parameters),
    Item("Data", "3.4", "Assumptions", data_items.assumptions),
    Item("Experimentation", "4.1", "Initialisation", run_items.initialisation),
    Item("Experimentation", "4.2", "Run length", run_items.run_length),
    Item("Experimentation", "4.3", "Estimation approach", run_items.estimation),
    Item("Implementation", "5.1", "Software", run_items.software),
    Item("Implementation", "5.2", "Random sampling", run_items.random_sampling),
    Item("Implementation", "5.3", "Model execution", run_items.execution),
    Item("Implementation", "5.4", "System specification", run_items.system),
    Item("Code access", "6.1", "Computer model sharing statement", run_items.code),
)
"""Every item of the checklist, in order."""


def checklist(frames: Frames) -> Mapping[str, tuple[FilledItem, ...]]:
    """Return the filled-in checklist by part.

    Raises
    ------
    RunError
        If an item is empty, because a report must cover all of them.
    """
    parts: dict[str, tuple[FilledItem, ...]] = {}
    for item in ITEMS:
        blocks = item.answer(frames)
        if not blocks or not all(has_content(block) for block in blocks):
            raise RunError(
                f"The STRESS-DES checklist has an empty item: {item.number} {item.title}"
            )
        parts[item.part] = (*parts.get(item.part, ()), FilledItem(item.number, item.title, blocks))
    return parts
