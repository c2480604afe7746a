"""`sim best` finds the optimum where it is known exactly, within 1% of it and in 500 runs.

The whole, 20 seeds of each world: ``python -m pytest -m whole tests/studies/best``.
"""

from pathlib import Path

import pytest

from sim.studies.best.api import best_selection
from tests.other_model import on
from tests.studies.best.reduced_worlds import WORLDS

RUNS, SEEDS = 500, 20


def shortfall(name, seed, folder):
    """Return by how much of the optimum the settings found cost more, and the runs that it took."""
    world = WORLDS[name]
    path = Path(folder) / f"{name}-{seed}.yaml"
    path.write_text(world.text.format(name=name, seed=seed))
    best = on(world.execution(), best_selection)
    found = best(path, policies=["mine"], runs=RUNS, out=Path(folder) / f"{name}-{seed}")
    settings = found.settings
    if not settings:  # the policy as it is written was the best
        settings = own_settings(found)
    optimum = world.best()
    return world.cost(settings) / optimum - 1, found.facts["runs"]


def own_settings(found):
    """Return the values that the scenario itself has."""
    from sim.scenario.reading.load import variations

    base = variations(found.folder / "scenario.yaml", (), ["mine"])
    return {path: base.value_at(path) for path in found.facts["levers"]}


@pytest.mark.parametrize("name", WORLDS)
def test_it_finds_the_optimum(name, tmp_path):
    lost, runs = shortfall(name, 1, tmp_path)
    assert runs <= RUNS
    assert -1e-6 <= lost <= 0.01


@pytest.mark.whole
@pytest.mark.parametrize("name", WORLDS)
def test_it_finds_the_optimum_with_every_seed(name, tmp_path):
    found = [shortfall(name, seed, tmp_path) for seed in range(1, SEEDS + 1)]
    assert max(runs for _, runs in found) <= RUNS
    assert max(lost for lost, _ in found) <= 0.01, found
