"""From a checked scenario back to text, and to the fingerprint of what affects its numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from sim.errors import DataError
from sim.scenario.reading.policy_inheritance import NOTHING
from sim.scenario.reading.python_policies import source_of
from sim.scenario.reading.yaml_nodes import scalar
from sim.scenario.schema.fields import Section
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import only_for

__all__ = [
    "NO_NUMBERS",
    "differences",
    "dump",
    "file_digest",
    "fingerprint",
    "policy_fingerprints",
    "to_mapping",
]


def to_mapping(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as the plain data of a file, all defaults and policies written out.

    Hypotheses that its policies and months cannot judge are left out, and so is a search from a
    policy that was not chosen.
    """
    data: Any = scenario.as_written()
    bodies = data["policies"].items()
    data["policies"] = {name: {"like": NOTHING, **body} for name, body in bodies}
    if isinstance(data.get("history_policy"), dict):
        data["history_policy"] = {"like": NOTHING, **data["history_policy"]}
    data["hypotheses"] = [hypothesis.as_written() for hypothesis in scenario.testable_hypotheses()]
    if scenario.best is not None and scenario.best.policy not in scenario.policies:
        del data["best"]
    return dict(data)


def dump(scenario: Scenario) -> str:
    """Return a scenario as YAML, as resolved; loading it gives an equal scenario."""
    return yaml.dump(
        to_mapping(scenario),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=100,
    )


def fingerprint(scenario: Scenario) -> str:
    """Return 12 hexadecimal digits that change with everything that can change a run's numbers.

    They are those of what differs from the declared defaults, so that a new key whose default
    changes nothing leaves them as they are. A changed default is a change of the model: results are
    reused only where `sim.core.sources.model_version` agrees too. The order of pools counts, since
    it numbers the agents; that of other keys, and how a number is written, do not. Names,
    descriptions, the number of replications, hypotheses and the sweep are left out; a customer or
    edge file, and the module of a Python policy, count by their content, wherever they lie.

    Raises
    ------
    DataError
        If such a file can no longer be read.
    """
    return _hashed(_substance(scenario))[:12]


def policy_fingerprints(scenario: Scenario) -> dict[str, str]:
    """Return, for each policy, 64 hexadecimal digits that change with what its own runs depend on.

    As `fingerprint`, but without the other policies: a policy that is added, or a change to
    another one, leaves these runs what they were.

    Raises
    ------
    DataError
        If a customer or edge file can no longer be read.
    """
    data = _substance(scenario)
    bodies, start = data.pop("policies"), data.pop("start", None)
    first = {"start": bodies[start]} if start else {}
    data.pop("changes", None)
    return {
        name: _hashed(
            {
                **data,
                **_changes(scenario, {name, start or name}),
                "policy": body,
                **(first if name != start else {}),
            }
        )
        for name, body in bodies.items()
    }


def _changes(scenario: Scenario, policies: Iterable[str]) -> dict[str, Any]:
    """Return what changes on the way under some policies; nothing where nothing does."""
    told = [change.model_copy(update={"why": ""}) for change in scenario.changes]
    kept = [_plain(change) for change in only_for(tuple(told), policies)]
    return {"changes": kept} if kept else {}


NO_NUMBERS = (
    "name", "describe", "replications", "hypotheses", "sweep", "best", "worth", "beliefs", "known",
)  # fmt: skip
"""The sections that leave the numbers of a run as they are."""


def _substance(scenario: Scenario) -> dict[str, Any]:
    """Return what can change a run's numbers and differs from the defaults.

    Data files stand with their content.
    """
    data = {
        name: value
        for name, value in differences(scenario).items()
        if name not in (*NO_NUMBERS, "policies")
    }
    data["policies"] = {name: _policy(policy) for name, policy in scenario.policies.items()}
    if scenario.switch_month is not None:
        # The order of policies is of no account but for this one.
        data["start"] = next(iter(scenario.policies), None)
    data |= _changes(scenario, scenario.policies)
    data.pop("history_policy", None)
    data.pop("history_months", None)
    if scenario.history_months:
        data["history"] = [scenario.history_months, *_terms_before_month_1(scenario)]
    # Agents are numbered pool by pool, and what they draw is keyed by their number.
    if len(scenario.desk.pools) > 1:
        data["pools"] = list(scenario.desk.pools)
    for section in ("people", "network"):
        if "file" in data.get(section, ()):
            data[section]["file"] = file_digest(Path(data[section]["file"]))
    return data


def _terms_before_month_1(scenario: Scenario) -> list[object]:
    """Return what the policy of the history says; nothing of a world taken without policies."""
    return [_policy(scenario.before_month_1()[1])] if scenario.policies else []


def _policy(policy: Policy) -> dict[str, Any]:
    """Return what a policy says that the empty one does not; its Python by content."""
    body = differences(policy)
    body.pop("describe", None)
    if len(policy.pools) > 1:
        body["pool_order"] = list(policy.pools)
    if policy.python is not None:
        file, kind = source_of(policy.python)
        body["python"] = [file_digest(file) if file else policy.python, kind]
    return body


_REQUIRED = object()  # in place of the default of a key that has none


def differences(section: Section) -> dict[str, Any]:
    """Return the keys of a section that differ from their declared defaults, as plain data.

    A key without a default is always there. Whole numbers are integers, however they were written.
    """
    said = {}
    for name, (key, default) in _defaults(type(section)).items():
        value = getattr(section, name)
        if default is _REQUIRED or value != default:
            said[key] = _plain(value)
    return said


# Made once for each kind of section: pydantic looks for what makes a default every time.
@cache
def _defaults(kind: type[Section]) -> dict[str, tuple[str, object]]:
    """Return the key of each field of a section in a file, and its default."""
    return {
        name: (field.alias or name, _default(field)) for name, field in kind.model_fields.items()
    }


def _default(field: FieldInfo) -> object:
    return _REQUIRED if field.is_required() else field.get_default(call_default_factory=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Section):
        return differences(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _hashed(data: dict[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's content, in hexadecimal digits.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


class _Dumper(yaml.SafeDumper):
    """Quotes what our reader would otherwise take for something else than text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write everything out."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if isinstance(scalar(value), str) else "'"
    if not value.isprintable():
        # Only double quotes keep every kind of line break as it is.
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
