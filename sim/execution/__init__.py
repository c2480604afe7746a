"""How runs are carried out: in threads, in processes or on a cluster."""
