"""``sim report`` and ``sim plot``: make a folder's page and plots again."""
