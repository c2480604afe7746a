"""What a person reads: plots, tables and pages, made from results folders alone."""
