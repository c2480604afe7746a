"""Run the worlds that registrations name, and read what they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml

from sim.execution.execution import Execution
from sim.execution.progress import Progress
from sim.execution.replicate import plan, replicate
from sim.measures.expressions import Claim, Term, evaluated, read_claim
from sim.scenario.reading.load import parse
from sim.scenario.schema.scenario import Scenario
from sim.studies.verify.field.findings import Finding, World

__all__ = ["Need", "needs_of", "read_needs", "scenario_of"]

Values = dict[tuple[str, str], list[float]]
"""By world and expression, its value in each replication."""


@dataclass(frozen=True, slots=True)
class Need:
    """A world and the expressions that are read in it, each once."""

    world: World
    reads: tuple[str, ...]

    def claims(self) -> dict[str, Claim]:
        """Return each expression as the left side of a claim."""
        return {text: read_claim(f"{text} > 0") for text in self.reads}

    def policies(self) -> list[str]:
        """Return the policies that are run."""
        terms = (term for claim in self.claims().values() for term in claim.terms())
        return list(dict.fromkeys(term.policy for term in terms))

    def runs(self) -> int:
        """Return how many runs it takes."""
        return self.world.replications * len(self.policies())


def needs_of(findings: Iterable[Finding]) -> list[Need]:
    """Return the worlds that findings need, each once, with all that is read in it."""
    worlds: dict[str, World] = {}
    reads: dict[str, dict[str, None]] = {}
    for one in findings:
        worlds |= {world.name: world for world in one.worlds}
        for term in (term for prediction in one.predicts for term in prediction.needed()):
            text = " ".join(one.reads[term.measure].split())
            reads.setdefault(term.policy, {})[text] = None
    return [Need(worlds[name], tuple(texts)) for name, texts in reads.items()]


def scenario_of(world: World, reads: Sequence[str]) -> Scenario:
    """Return a world as a scenario, with the controls and cohorts that are read in it.

    Raises
    ------
    ScenarioError
        With every fault of the world or of what is read, which stands among its hypotheses.
    """
    claims = [{"name": text, "claim": f"{text} > 0"} for text in reads]
    text = yaml.safe_dump({**world.sections, "hypotheses": claims}, sort_keys=False)
    return parse(text, f"world {world.name}")


def read_needs(needs: Sequence[Need], execution: Execution, progress: Progress) -> Values:
    """Run worlds and evaluate what is read in them, replication by replication.

    Raises
    ------
    RunError
        If a run fails.
    """
    values: Values = {}
    total, done = sum(need.runs() for need in needs), 0
    model = execution.model()
    with execution.open_executor(model, total) as executor:
        for need in needs:
            scenario = scenario_of(need.world, need.reads)
            units = plan(need.policies(), need.world.replications)
            found: dict[Term, list[float]] = {}
            after = _after(done, total, progress)
            for unit, tallies in replicate(
                model.only_measured, scenario, units, executor, progress=after
            ):
                for term in _terms_of(need, unit.policy):
                    found.setdefault(term, []).append(model.measuring.value(tallies, term))
            values |= _evaluated(need, found)
            done += need.runs()
    return values


def _terms_of(need: Need, policy: str) -> list[Term]:
    terms = dict.fromkeys(term for claim in need.claims().values() for term in claim.terms())
    return [term for term in terms if term.policy == policy]


def _evaluated(need: Need, found: Mapping[Term, Sequence[float]]) -> Values:
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    return {
        (need.world.name, text): [evaluated(claim.left, row) for row in rows]
        for text, claim in need.claims().items()
    }


def _after(done: int, total: int, progress: Progress) -> Progress:
    """Return the progress of one world, which comes after so many other runs."""
    return lambda more, _: progress(done + more, total)
