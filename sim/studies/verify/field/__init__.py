"""Hold the model to published findings: what is registered, how it is run and judged."""
