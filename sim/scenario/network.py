"""The network section: who talks to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sim.scenario.keys import Count, Rate, Section, Share, Slip, Text, key

__all__ = ["Network"]


class Network(Section):
    """The social graph on which people talk."""

    kind: Literal["small_world", "scale_free", "blocks", "random", "none", "file"] = key(
        "small_world",
        "How ties arise: Watts-Strogatz, preferential attachment, degree-corrected blocks, "
        "Erdos-Renyi, no ties, or an edge list.",
        source="Watts & Strogatz 1998; Barabasi & Albert 1999; Karrer & Newman 2011",
    )
    mean_degree: Rate = key(10.0, "Mean number of ties of a person.", unit="ties")
    rewire: Share = key(0.1, "Share of a small world's ties that are rewired.", unit="share")
    blocks: Count = key(20, "Number of blocks, for kind: blocks.", ge=1)
    mixing: Share = key(0.1, "Share of ties that leave the block, for kind: blocks.", unit="share")
    degree_cv: Rate = key(
        1.0, "Coefficient of variation of the expected number of ties, for kind: blocks."
    )
    file: Text | None = key(None, "Edge list (CSV or Parquet), for kind: file.")

    def slips(self) -> Iterable[Slip]:
        """Yield a file without its kind or the reverse, and an odd small world."""
        if self.kind == "file" and self.file is None:
            yield Slip(("file",), "is required for kind: file")
        if self.kind != "file" and self.file is not None:
            yield Slip(("file",), f"belongs to kind: file, not to kind: {self.kind}")
        if self.kind == "small_world" and (self.mean_degree < 2 or self.mean_degree % 2):
            rule = "must be an even whole number of at least 2 for kind: small_world"
            yield Slip(("mean_degree",), rule)
