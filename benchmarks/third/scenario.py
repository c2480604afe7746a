"""A scenario as flat keys: the YAML over the defaults that the reference's tables state."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Keys", "read_scenario"]

_ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `([^`]+)` \| ([^|]*) \|")
_BESIDE_THE_MODEL = {
    *("name", "describe", "replications", "seed", "hypotheses", "sweep", "worth", "beliefs"),
}
_FREE_NAMES = ("correlations", "opening")  # whose keys are names and days
_UNSUPPORTED = ("file", "changes", "switch_month", "python", "placebo", "without", "escalate")


class Keys:
    """Values by dotted path, the scenario's before the reference's defaults.

    Parameters
    ----------
    document : dict
        The scenario, as YAML gives it.
    defaults : dict
        Default by dotted path, ``<name>`` standing for a name of the scenario's own.
    """

    def __init__(self, document: dict[str, Any], defaults: dict[str, Any]) -> None:
        self.document = document
        self._values = {**defaults, **dict(_leaves(document, ""))}

    def __getitem__(self, path: str) -> Any:
        """Return the value at a path, for which a default of any name will do."""
        if path not in self._values:
            self._values[path] = self._values[_anonymous(path)]
        return self._values[path]

    def get(self, path: str, otherwise: Any = None) -> Any:
        """Return the value at a path, or something else where nobody wrote one."""
        try:
            return self[path]
        except KeyError:
            return otherwise

    def on(self, section: str) -> bool:
        """Say whether a mechanism is switched on: its section is not ``none``."""
        parts = section.split(".")
        above = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        return not any(self._values.get(path) == "none" for path in above)

    def section(self, path: str) -> Any:
        """Return what the scenario itself has at a path, whole, or None."""
        node: Any = self.document
        for part in path.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node


def read_scenario(path: Path, settings: list[str]) -> Keys:
    """Read a scenario's file, with settings ``dotted.path=value`` over it.

    Parameters
    ----------
    path : Path
        The scenario.
    settings : list of str
        As ``sim run --set`` takes them.

    Returns
    -------
    Keys
        All values.
    """
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for setting in settings:
        place, _, value = setting.partition("=")
        _put(document, place.split("."), yaml.safe_load(value))
    if refused := [word for word in _UNSUPPORTED if word in document]:
        raise SystemExit(f"{path}: the third implementation does not know {', '.join(refused)}")
    if unknown := sorted(_unknown(document)):
        raise SystemExit(f"{path}: the third implementation does not know {', '.join(unknown)}")
    return Keys(document, _reference())


def read_policy(keys: Keys, name: str) -> dict[str, Any]:
    """Return a policy's terms: the library's of that name, with the scenario's over them."""
    own = keys.section(f"policies.{name}")
    if own is None:
        raise SystemExit(f"no policy {name}")
    library = _ROOT / "sim" / "scenario" / "library" / f"{own.get('like', name)}.yaml"
    terms = yaml.safe_load(library.read_text(encoding="utf-8")) if library.exists() else {}
    merged = _merged(terms, own)
    if refused := [w for w in (*_UNSUPPORTED, "pools", "mend") if merged.get(w)]:
        raise SystemExit(f"{name}: the third implementation does not know {', '.join(refused)}")
    return merged


def _unknown(document: dict[str, Any]) -> set[str]:
    """Return what a scenario's world says and no line of this implementation reads.

    A policy's own words are looked at where it is read.
    """
    not_measured = {"discount_rate_per_year", "cash"}  # they move nothing that is compared
    world = {k: v for k, v in document.items() if k not in _BESIDE_THE_MODEL | {"policies"}}
    words = {word for path, _ in _leaves(world, "") for word in _keys_of(path)}
    words |= {key for need in document.get("needs", []) for key in need}
    words -= not_measured
    return {word for word in words if not re.search(rf"\b{re.escape(word)}\b", _source())}


def _keys_of(path: str) -> list[str]:
    """Return the keys on a path, without names that a scenario is free to choose."""
    parts = path.split(".")
    if parts[:2] == ["desk", "pools"]:
        del parts[2]
    ends = [i for i, part in enumerate(parts, 1) if part in _FREE_NAMES]
    return parts[: min(ends, default=len(parts))]


@cache
def _source() -> str:
    own = Path(__file__)
    others = (file for file in sorted(own.parent.glob("*.py")) if file != own)
    return "".join(file.read_text(encoding="utf-8") for file in others)


def _reference() -> dict[str, Any]:
    """Return the defaults in the tables of ``docs/reference.md``."""
    defaults: dict[str, Any] = {}
    prefix = ""
    for line in (_ROOT / "docs" / "reference.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            prefix = line[4:-1] + "." if "`" in line else ""
        elif row := _ROW.match(line):
            defaults.update(_leaves(_value(row[2]), prefix + row[1]))
    return defaults


def _value(text: str) -> Any:
    text = text.strip().removeprefix("inherited, at last ").partition("; ")[0]
    return yaml.safe_load(text) if text.startswith("{") or ": " not in text else text


def _leaves(node: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(node, dict) or not node:
        return [(path, node)]
    lead = f"{path}." if path else ""
    return [leaf for key, child in node.items() for leaf in _leaves(child, f"{lead}{key}")]


def _put(node: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        if not isinstance(node.get(part), dict):
            node[part] = {}
        node = node[part]
    node[parts[-1]] = value


def _merged(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    both = {**below, **above}
    return {
        key: _merged(below[key], above[key]) if key in below and key in above else both[key]
        for key in both
    }


def _anonymous(path: str) -> str:
    """Replace the name in ``desk.pools.NAME.key`` or ``policies.NAME.key``."""
    return re.sub(r"^(desk\.pools|policies|needs)\.[^.]+", r"\1.<name>", path)
