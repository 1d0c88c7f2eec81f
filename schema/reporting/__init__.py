"""Reports in the graph: deposits summed up, units that owe, and the days of banks (统计报表)."""
