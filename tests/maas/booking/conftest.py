"""The worlds of the simulation serve these tests, too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "simulation"))
sys.path.insert(0, str(Path(__file__).parent))
