"""Runs: parameters, execution, exports and the files that a run writes."""
