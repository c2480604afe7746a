"""Studies of many runs, as Python callers and the command line share them."""
