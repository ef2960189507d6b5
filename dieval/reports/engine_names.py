"""The engines that execute notebooks; read before anything slow is imported."""

# By name on the command line: papermill's name of each; the first is used where none is named.
ENGINES = {"warm": "dieval", "nbclient": "nbclient"}
