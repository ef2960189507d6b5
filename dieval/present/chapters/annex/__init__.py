"""Chapters of the annex to a reorganisation plan."""
