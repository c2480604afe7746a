"""The part "What if?" of a page: the model itself, run where the page is read."""
