"""Results folders: written whole or not at all, and read back.

By default they stand in a folder ``results`` where the command is given.
"""

from sim.results.claims import Tested, claims_table, shown_value, told_turns, trials_table
from sim.results.hypotheses import HYPOTHESES, Evidence, hypotheses_table
from sim.results.manifest import command_line
from sim.results.naming import folder_name, slug
from sim.results.read import Results, open_results
from sim.results.record import record
from sim.results.study import Study, study_of
from sim.results.sweep_folder import SweepResults, is_sweep, open_sweep
from sim.results.sweep_record import Opened, record_sweep
from sim.results.sweep_study import SweepStudy, design_of, sweep_study_of
from sim.results.tables import GROUPS, Measuring

__all__ = [
    "GROUPS",
    "HYPOTHESES",
    "Evidence",
    "Measuring",
    "Opened",
    "Results",
    "Study",
    "SweepResults",
    "SweepStudy",
    "Tested",
    "claims_table",
    "command_line",
    "design_of",
    "folder_name",
    "hypotheses_table",
    "is_sweep",
    "open_results",
    "open_sweep",
    "record",
    "record_sweep",
    "shown_value",
    "slug",
    "study_of",
    "sweep_study_of",
    "told_turns",
    "trials_table",
]
