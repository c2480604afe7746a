"""The verbs of `sim`, each whole in a room of its own."""
