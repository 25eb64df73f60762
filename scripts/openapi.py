"""Print the OpenAPI document of the sample area's server."""

import json
import sys

from maas.app import create_app
from maas.area.open import open_area
from maas.area.sample import ensure_sample
from maas.settings import Settings

area = open_area(ensure_sample(Settings.from_environment().cache, lambda _: None))
json.dump(create_app(area).openapi(), sys.stdout, ensure_ascii=False, indent=1)
sys.stdout.write("\n")
