"""A difference taken apart by hand-worked numbers."""

import numpy as np
import pytest

from sim.stats.decomposition import decomposed

# Two replications. Nothing 10, a alone +3 and +5, b alone +1 and -1, together +6 and +2.
REFERENCE, BARE = [9.0, 10.0], [10.0, 10.0]
ALONE = {"a": [13.0, 15.0], "b": [11.0, 9.0]}
POLICY = [16.0, 12.0]


def test_parts_are_what_each_favour_does_alone_and_what_they_only_do_together():
    found = decomposed(POLICY, REFERENCE, BARE, ALONE, placebo=[12.0, 12.0])
    means = {part.name: part.difference.mean for part in found.parts}
    assert means == {"rest": 0.5, "a": 4.0, "b": 0.0, "interaction": 0.0}
    # Of the interaction: 6 - 3 - 1 = 2, and 2 - 5 + 1 = -2; their spread is not hidden.
    interaction = found.parts[-1].difference
    assert (interaction.low, interaction.high) == pytest.approx((-25.412, 25.412), abs=1e-3)
    assert found.whole.mean == pytest.approx(4.5)
    assert found.selection.mean == 2.0


def test_one_favour_has_no_interaction():
    found = decomposed(POLICY, REFERENCE, BARE, {"a": POLICY}, None)
    assert [part.name for part in found.parts] == ["rest", "a"]
    assert found.selection is None


def test_parts_add_up_in_every_replication():
    draws = np.random.default_rng(3).normal(size=(6, 20))
    alone = {"a": draws[2], "b": draws[3], "c": draws[4]}
    found = decomposed(draws[0], draws[1], draws[5], alone, None)
    assert sum(part.difference.mean for part in found.parts) == pytest.approx(
        found.whole.mean, abs=1e-12
    )
