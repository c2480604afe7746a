"""Results folders: how they are written, and how they are read back."""
