"""Do dates and periods fit the budget year (family T)."""
