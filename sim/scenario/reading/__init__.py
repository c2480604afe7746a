"""From a scenario file to a checked scenario, or to every fault at once with its line."""
