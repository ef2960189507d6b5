"""Chapters of the national overview, one a module."""
