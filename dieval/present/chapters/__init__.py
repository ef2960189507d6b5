"""The chapters of the cost comparison: tables, pictures and the notes under them."""
