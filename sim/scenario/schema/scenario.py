"""A whole scenario, checked."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from sim.scenario.schema.cross_checks import CHECKS, server_of_each_kind
from sim.scenario.schema.fields import Violation
from sim.scenario.schema.hypotheses import Hypothesis, why_untestable
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.sections import Sections

__all__ = ["Scenario"]


class Scenario(Sections):
    """A checked scenario: frozen, inert, with every default filled in.

    Sections that may be switched off (`behaviour.talk`, `staff`, ...) are None when they are, and
    `people.patience_minutes` is None when people hang on for ever.
    """

    def violations(self) -> Iterable[Violation]:
        """Yield the rules broken across sections."""
        for _, check in CHECKS:
            yield from check(self)

    def in_brief(self) -> str:
        """Return the first sentence of what it is about, or its name where it does not say."""
        first, stop, _ = self.describe.partition(". ")
        return " ".join((first + stop.rstrip()).split()) or self.name

    def testable_hypotheses(self) -> tuple[Hypothesis, ...]:
        """Return the hypotheses that runs of these policies and months can test.

        A flag may have left out policies or months that the others need.
        """
        return tuple(
            hypothesis
            for hypothesis in self.hypotheses
            if not why_untestable(hypothesis, self.policies, self.months)
        )

    def judgeable(self) -> tuple[Hypothesis, ...]:
        """Return `testable_hypotheses`; the name of earlier versions."""
        warnings.warn(
            "judgeable() is called testable_hypotheses()", DeprecationWarning, stacklevel=2
        )
        return self.testable_hypotheses()

    def before_month_1(self) -> tuple[str, Policy]:
        """Return the name and the terms of the policy of the history; no name if written out."""
        said = self.history_policy
        if isinstance(said, Policy):
            return "", said
        name = said or next(iter(self.policies))
        return name, self.policies[name]

    def servers(self) -> dict[str, str]:
        """Return the name of the pool that serves each kind of contact where no policy says.

        Kinds are the names of the needs, then `enquiry` and `complaint`.
        """
        return server_of_each_kind(self.needs, self.desk)
