"""The names under which policies run: a policy's own, or that of one of its controls.

The grammar::

    name  = ["placebo "] policy [" by load"] (" without " mechanism)*

A placebo chooses as many people as its policy, by somebody else's merits; `by load` among people
who make contact about as often. `without` switches off a mechanism of the model for the whole run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["PATTERN", "Placebo", "PolicyName", "read_policy_name"]

Placebo = Literal["none", "people", "load"]

_WORD = r"\w[\w-]*"
PATTERN = rf"(?:{_WORD}|placebo {_WORD}(?: by load)?)(?: without {_WORD})*"
"""What a name looks like, as a regular expression."""

_NAME = re.compile(
    rf"(?P<placebo>placebo )?(?P<policy>{_WORD})(?P<load> by load)?"
    rf"(?P<without>(?: without {_WORD})*)"
)


@dataclass(frozen=True, slots=True)
class PolicyName:
    """The name of a policy, taken apart.

    Attributes
    ----------
    policy : str
        The policy that is run, or that a control is of.
    placebo : {'none', 'people', 'load'}
        Whether its targets are exchanged, among all customers or among those of like load.
    without : tuple of str
        The mechanisms that are switched off, each once, in alphabetical order.
    """

    policy: str
    placebo: Placebo = "none"
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as `read_policy_name` reads it."""
        placebo = "" if self.placebo == "none" else "placebo "
        load = " by load" if self.placebo == "load" else ""
        without = "".join(f" without {mechanism}" for mechanism in self.without)
        return f"{placebo}{self.policy}{load}{without}"

    @property
    def is_control(self) -> bool:
        """Whether it is a placebo or an ablation, and not a policy itself."""
        return self.placebo != "none" or bool(self.without)


def read_policy_name(text: str) -> PolicyName:
    """Take a name apart.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = _NAME.fullmatch(" ".join(text.split()))
    if found is None or (found["load"] and not found["placebo"]):
        raise ValueError(f"is no name of a policy: `{text}`")
    placebo: Placebo = "none" if not found["placebo"] else "load" if found["load"] else "people"
    mechanisms = {word for word in found["without"].split() if word != "without"}
    return PolicyName(found["policy"], placebo, tuple(sorted(mechanisms)))
