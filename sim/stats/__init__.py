"""Statistics of replications: intervals, precision, ranking and verdicts."""
