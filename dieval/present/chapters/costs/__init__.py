"""Chapters of the cost comparison, one a module."""
