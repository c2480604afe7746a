"""``sim story``: one person's life, event by event."""
