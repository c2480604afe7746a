"""``sim decompose``: what choosing, priority, care and generosity each contribute to a policy."""
