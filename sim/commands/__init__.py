"""Commands of studies; like `sim.cli`, they turn flags into one library call each, and print."""
