"""The fast engine: one compiled loop over arrays."""
