"""Chapters of the implementation progress, one a module."""
