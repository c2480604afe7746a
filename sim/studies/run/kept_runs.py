"""The finished runs of a study that its folder holds, and those that it still lacks."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import astuple
from itertools import count
from typing import Any

from sim.core.sources import model_version
from sim.execution.replicate import Unit, plan
from sim.measures.expressions import Term
from sim.results.hypothesis_tables import Evidence
from sim.results.measuring_protocol import Measuring
from sim.results.record_store import Key, RecordStore
from sim.results.run_parts import Part, pack, parts_of, unpack
from sim.results.store import RUNS
from sim.studies.run.study import Study

__all__ = ["KeptRuns"]

_NUMBER = struct.Struct("<d")


class KeptRuns:
    """The finished runs of a study, each kept under a digest of all that its numbers depend on.

    That is the world and the run's own policy, the model and the measures. So other policies may
    come and go, and runs of several processes are at home in one folder. The value of a term of a
    claim is kept beside its run: a new claim may call for a value that the tables do not have.

    Parameters
    ----------
    study : Study
    measuring : Measuring
        Turns tallies into numbers.
    """

    def __init__(self, study: Study, measuring: Measuring) -> None:
        self._study = study
        self._measuring = measuring
        self._store = RecordStore(study.folder / RUNS)
        evidence = Evidence(study.hypotheses)
        self._runs = {name: self._address(name) for name in study.policies}
        self._terms = {
            name: {term: self._address_of_term(name, term) for term in evidence.terms_of(name)}
            for name in study.policies
        }

    def __contains__(self, unit: Unit) -> bool:
        """Tell whether a run is there, with all that the study's claims need of it."""
        return all(key in self._store for key in self._keys(unit))

    def missing(self, replications: int) -> list[Unit]:
        """List the runs that are not there of so many replications, in the order of work."""
        units = plan(self._study.policies, replications)
        return [unit for unit in units if unit not in self]

    def replications(self) -> int:
        """Count the first replications that are there under every policy."""
        self._store.reload()
        return next(number for number in count() if not self._is_whole(number))

    def runs(self) -> int:
        """Count the runs of the study that are there."""
        self._store.reload()
        longest = max(self.replications(), self._study.replications)
        return len(self._study.policies) * longest - len(self.missing(longest))

    def has_runs_of_others(self) -> bool:
        """Tell whether the folder keeps runs, of whatever study, that this process did not make."""
        return self._store.has_files_of_others()

    def keep(self, unit: Unit, tallies: Any) -> None:
        """Keep a run; once this returns, killing the process cannot lose it.

        Raises
        ------
        RunError
            If the disk is full or fails. Earlier runs stay.
        """
        values = {
            address: _NUMBER.pack(self._measuring.value(tallies, term))
            for term, address in self._terms[unit.policy].items()
        }
        parts = pack(parts_of(self._measuring, tallies))
        records = {**values, self._runs[unit.policy]: parts}
        self._store.add(
            [(Key(address, unit.replication), content) for address, content in records.items()]
        )

    def read(self, unit: Unit) -> tuple[Mapping[str, Part], Mapping[Term, float]]:
        """Return a run's parts of the tables, and the values of the claims' terms in it.

        Raises
        ------
        KeyError
            If the run is not there.
        OSError
            If its file can no longer be read.
        """
        terms = {
            term: float(_NUMBER.unpack(self._store.read(Key(address, unit.replication)))[0])
            for term, address in self._terms[unit.policy].items()
        }
        return unpack(self._store.read(Key(self._runs[unit.policy], unit.replication))), terms

    def close(self) -> None:
        """Sync what was written to the disk."""
        self._store.close()

    def _is_whole(self, replication: int) -> bool:
        return all(Unit(policy, replication) in self for policy in self._study.policies)

    def _keys(self, unit: Unit) -> list[Key]:
        addresses = [self._runs[unit.policy], *self._terms[unit.policy].values()]
        return [Key(address, unit.replication) for address in addresses]

    def _address_of_term(self, policy: str, term: Term) -> bytes:
        cohort = term.cohort()
        # Whom a cohort consists of depends on the policy that it is a tier of.
        followed = [] if cohort is None else [self._study.policy_fingerprints[cohort[1]]]
        return self._address(policy, astuple(term), *followed)

    def _address(self, policy: str, *about: object) -> bytes:
        known = [
            self._study.policy_fingerprints[policy],
            model_version(),
            list(self._measuring.MEASURES),
            *about,
        ]
        return hashlib.sha256(json.dumps(known).encode()).digest()[:16]
