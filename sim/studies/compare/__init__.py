"""``sim compare``: paired differences between policies, and which is best."""
