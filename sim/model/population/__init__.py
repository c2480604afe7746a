"""People and the ties between them, drawn or read from files before time starts."""
