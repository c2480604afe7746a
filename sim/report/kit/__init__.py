"""What all plots, tables and pages are made of."""
