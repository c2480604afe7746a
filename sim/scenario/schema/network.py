"""The network section: who talks to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from sim.scenario.schema.fields import (
    Count,
    Rate,
    Section,
    Share,
    Spread,
    Text,
    Violation,
    key,
)

__all__ = ["Network"]


class Network(Section):
    """The social graph on which people talk."""

    kind: Literal["small_world", "scale_free", "blocks", "random", "none", "file"] = key(
        "small_world",
        "How ties arise: Watts-Strogatz, preferential attachment, degree-corrected blocks, "
        "Erdos-Renyi, no ties, or an edge list.",
        source="Watts & Strogatz 1998; Barabasi & Albert 1999; Karrer & Newman 2011",
    )
    mean_degree: Rate = key(10.0, "Mean number of ties of a person.", unit="ties", step=2)
    rewire: Share = key(0.1, "Share of a small world's ties that are rewired.", unit="share")
    blocks: Count = key(20, "Number of blocks, for kind: blocks.", ge=1, le=20_000_000)
    mixing: Share = key(0.1, "Share of ties that leave the block, for kind: blocks.", unit="share")
    degree_cv: Spread = key(
        1.0, "Coefficient of variation of the expected number of ties, for kind: blocks."
    )
    file: Text | None = key(None, "Edge list (CSV or Parquet), for kind: file.")

    def violations(self) -> Iterable[Violation]:
        """Yield a file without its kind or the reverse, and an odd small world."""
        if self.kind == "file" and self.file is None:
            yield Violation(("file",), "is required for kind: file")
        if self.kind != "file" and self.file is not None:
            yield Violation(("file",), f"belongs to kind: file, not to kind: {self.kind}")
        if self.kind == "small_world" and (self.mean_degree < 2 or self.mean_degree % 2):
            rule = "must be an even whole number of at least 2 for kind: small_world"
            yield Violation(("mean_degree",), rule)

    def crowded(self, count: int) -> Iterator[Violation]:
        """Yield what there are not enough people for: the mean degree, or ties inside blocks."""
        if self.kind in ("none", "file") or count == 0:
            return
        if self.mean_degree > count - 1:
            rule = f"must be at most {count - 1}, as there are {count} people"
            yield Violation(("mean_degree",), rule)
        elif self.kind == "blocks":
            yield from self._crowded_blocks(count)

    def ties(self, count: int) -> tuple[int, int]:
        """Return how many ties lie inside blocks and between them, for kind: blocks."""
        total = round(count * self.mean_degree / 2)
        between = round(total * self.mixing)
        return total - between, between

    def _crowded_blocks(self, count: int) -> Iterator[Violation]:
        small, larger = divmod(count, self.blocks)
        room = (self.blocks - larger) * (small * (small - 1) // 2) + larger * (
            small * (small + 1) // 2
        )
        rooms = {"inside": room, "between": count * (count - 1) // 2 - room}
        for (where, most), wanted in zip(rooms.items(), self.ties(count), strict=True):
            if wanted > most:
                rule = (
                    f"{self.blocks} blocks of {count} people have room for {most} ties {where} "
                    f"blocks, but mean_degree and mixing ask for {wanted}"
                )
                yield Violation(("blocks",), rule)
