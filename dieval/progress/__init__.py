"""Implementation progress: pure functions from tables and parameters to new tables."""
