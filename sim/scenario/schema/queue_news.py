"""What a pool tells those who wait: an announced wait, and the offer of a call-back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sim.scenario.schema.fields import REQUIRED, Minutes, Section, Violation, key

__all__ = ["Announce", "CallbackOffer"]


class Announce(Section):
    """The expected wait, which a pool announces to whoever joins its queue."""

    estimate: Literal["queue", "last"] = key(
        "queue",
        "How it is estimated: `queue` counts on everybody in the queue, `last` repeats the wait of "
        "the last contact answered.",
        source="Ibrahim & Whitt 2009",
    )
    handling_minutes: Minutes | None = key(
        None,
        "Handling time that `estimate: queue` counts on.",
        unit="min",
        default_text="mean of the needs that the pool serves",
        gt=0,
    )

    def violations(self) -> Iterable[Violation]:
        """Yield a handling time that nothing is estimated from."""
        if self.estimate == "last" and self.handling_minutes is not None:
            yield Violation(("handling_minutes",), "has no effect for estimate: last; leave it out")


class CallbackOffer(Section):
    """The offer to be called back when one's turn comes, instead of holding the line."""

    when: Literal["announced", "elapsed"] = key(
        "announced", "Whether the wait that was announced or the one that has elapsed counts."
    )
    minutes: Minutes = key(
        REQUIRED,
        "Announced or elapsed wait from which a call-back is offered.",
        unit="min",
    )
