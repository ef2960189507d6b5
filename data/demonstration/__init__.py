"""Rows that nobody publishes, invented so that every report of dieval can be shown at work."""

import sys
from pathlib import Path

# A checkout works without dieval being installed.
sys.path.append(str(Path(__file__).resolve().parents[2]))
