"""``sim explore``: a page that runs the model with settings that its reader changes."""
