"""What holding the model to the field gives, as plain data and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sim.stats.intervals import Estimate
from sim.studies.verify.field.equity import EquityCheck
from sim.studies.verify.field.findings import Finding
from sim.studies.verify.field.judgement import Judged, Word, overall

__all__ = ["FieldResult"]


@dataclass(frozen=True, slots=True)
class FieldResult:
    """The verdicts on registered findings, on outputs, and the checks of customer equity.

    Attributes
    ----------
    edition : int
        The edition of the register.
    findings, outputs : tuple of Judged
        One for each prediction.
    equity : tuple of EquityCheck
    """

    edition: int
    findings: tuple[Judged, ...]
    outputs: tuple[Judged, ...]
    equity: tuple[EquityCheck, ...]

    def word(self, finding: str) -> Word:
        """Return the word on a finding or an output: a hit only if all its predictions are."""
        every = (*self.findings, *self.outputs)
        return overall(one.word for one in every if one.finding == finding)

    def counts(self, registrations: Iterable[Finding]) -> Counter[Word]:
        """Count the words on registrations that no key was set to."""
        return Counter(self.word(one.name) for one in registrations if not one.set_by)

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, which `from_data` reads."""
        return {
            "edition": self.edition,
            "findings": [asdict(one) for one in self.findings],
            "outputs": [asdict(one) for one in self.outputs],
            "equity": [asdict(one) for one in self.equity],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> FieldResult:
        """Read what `as_data` gave."""
        return cls(
            data["edition"],
            tuple(_judged(one) for one in data["findings"]),
            tuple(_judged(one) for one in data["outputs"]),
            tuple(_equity(one) for one in data["equity"]),
        )


def _judged(data: Mapping[str, Any]) -> Judged:
    return Judged(**{**data, "estimate": Estimate(**data["estimate"])})


def _equity(data: Mapping[str, Any]) -> EquityCheck:
    parts = {name: Estimate(**data[name]) for name in ("equity", "lived", "ratio")}
    return EquityCheck(**{**data, **parts})
