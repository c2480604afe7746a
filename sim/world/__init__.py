"""What is there: people, ties, agents and parameters as arrays, built before time starts."""
