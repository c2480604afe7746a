"""Print the lowest version that pyproject.toml allows of each package, as constraints for pip."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

_REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)\s*>=\s*([0-9.]+)")


def constraints(pyproject: str) -> Iterator[str]:
    """Yield ``name==version`` for each lower bound of the dependencies and of all extras.

    Parameters
    ----------
    pyproject : str
        The text of a ``pyproject.toml``.

    Raises
    ------
    ValueError
        If a dependency has no lower bound.
    """
    project = tomllib.loads(pyproject)["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    for requirement in dict.fromkeys([*project["dependencies"], *extras]):
        bound = _REQUIREMENT.match(requirement)
        if bound is None:
            raise ValueError(f"{requirement!r} must have a lower bound, such as numpy>=2.1")
        yield f"{bound[1]}=={bound[2]}"


if __name__ == "__main__":
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    sys.stdout.writelines(f"{line}\n" for line in constraints(text))
