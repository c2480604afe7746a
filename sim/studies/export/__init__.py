"""``sim export``: the results of a study as a workbook."""
