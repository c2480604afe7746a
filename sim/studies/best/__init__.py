"""``sim best``: the best policy and staffing within bounds, and the price of fairness."""
