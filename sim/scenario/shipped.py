"""What ships with the package: the library of policies, scenarios, and the template.

The argument that scenarios put to the test: who claims what, by number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from sim.scenario.reading.nodes import Node
from sim.scenario.reading.yaml_nodes import read_text
from sim.scenario.schema.policies import Policy

__all__ = [
    "ArgumentClaim",
    "argument",
    "default_policies",
    "library",
    "library_nodes",
    "shipped",
    "template",
]

ORDER = (
    "equal",
    "value_tiers",
    "complaint_rewarding",
    "customer_scoring",
    "influencers_first",
    "manager_vips",
    "paying_only",
    "fire_the_costly",
    "floor_and_tiers",
    "dedicated_line",
    "boss_takes_it",
    "prompt_for_all",
    "firm_and_polite",
    "newcomer_offers",
    "evangelists",
    "equal_within_tier",
    "retain_by_risk",
    "retain_by_lift",
    "paid_tiers",
    "open_vip",
)


@cache
def library_nodes() -> dict[str, Node]:
    """Return the library's policies as written, by name; the default_policies first."""
    folder = files("sim.scenario") / "library"
    return {
        name: read_text((folder / f"{name}.yaml").read_text("utf-8"), f"library/{name}.yaml")
        for name in ORDER
    }


@cache
def _library() -> dict[str, Policy]:
    return {
        name: Policy.model_validate(node.plain(), by_alias=True, by_name=False)
        for name, node in library_nodes().items()
    }


def library() -> dict[str, Policy]:
    """Return the policies that ship, by name, the default_policies first."""
    return dict(_library())


def default_policies() -> dict[str, Policy]:
    """Return the policies that a scenario compares which names none: the first three."""
    return dict(list(_library().items())[:3])


def template() -> str:
    """Return the commented scenario that ``sim new`` writes."""
    return (files("sim.scenario") / "template.yaml").read_text("utf-8")


def shipped() -> dict[str, Path]:
    """Return the scenarios that ship, by name: the checkout's folder or the installed one."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parent / "scenarios"
    folder = checkout if (package.parent / "pyproject.toml").is_file() else package / "scenarios"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


@dataclass(frozen=True, slots=True)
class ArgumentClaim:
    """Something that people are sure of.

    Attributes
    ----------
    number : str
        C1 to C28.
    says : str
        Who says it.
    text : str
        What they say, in a sentence.
    """

    number: str
    says: str
    text: str


@cache
def argument() -> dict[str, ArgumentClaim]:
    """Return the claims of the argument by number, in order."""
    text = (files("sim.scenario") / "argument.yaml").read_text("utf-8")
    claims = read_text(text, "argument.yaml").plain()
    return {
        number: ArgumentClaim(number, claim["says"], claim["text"])
        for number, claim in claims.items()
    }
