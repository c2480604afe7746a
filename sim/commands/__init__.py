"""What the command line's verbs share: options, completion, names."""
