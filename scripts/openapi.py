"""Print the OpenAPI document of the sample area's server."""

import json
import sys
import tempfile
from pathlib import Path

from maas.app import create_app
from maas.area.open import open_area
from maas.area.sample import ensure_sample
from maas.settings import Settings
from maas.wiring.system import open_system

area = open_area(ensure_sample(Settings.from_environment().cache, lambda _: None))
with tempfile.TemporaryDirectory() as folder, open_system(area, Settings(cache=Path(folder))) as system:
    json.dump(create_app(area, system).openapi(), sys.stdout, ensure_ascii=False, indent=1)
sys.stdout.write("\n")
