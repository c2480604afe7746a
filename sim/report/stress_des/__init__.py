"""The STRESS-DES checklist, filled in from the run itself."""
