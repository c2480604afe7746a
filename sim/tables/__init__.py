"""Read tables of data as people have them: encodings, separators, numbers, dates and words."""
