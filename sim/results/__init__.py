"""Results folders: written whole or not at all, and read back.

By default they stand in a folder ``results`` where the command is given.
"""

from sim.results.hypotheses import HYPOTHESES, Evidence, hypotheses_table
from sim.results.manifest import command_line
from sim.results.naming import folder_name, slug
from sim.results.read import Results, open_results
from sim.results.record import record
from sim.results.study import Study, study_of
from sim.results.tables import GROUPS, Measuring

__all__ = [
    "GROUPS",
    "HYPOTHESES",
    "Evidence",
    "Measuring",
    "Results",
    "Study",
    "command_line",
    "folder_name",
    "hypotheses_table",
    "open_results",
    "record",
    "slug",
    "study_of",
]
