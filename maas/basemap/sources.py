"""Everything that is drawn of an area: its drawings or a map extract, and the names of its timetable."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import shapely

from maas.basemap.features import Feature, Label, from_geojson, from_label

__all__ = ["features_of"]


def features_of(
    *,
    streets: Path | None = None,
    landcover: Path | None = None,
    osm: Path | None = None,
    labels: Iterable[Label] = (),
) -> list[Feature]:
    """All features, of all zooms; none if there is no ground to draw.

    `streets` and `landcover` are GeoJSON in degrees, `osm` an OpenStreetMap extract. `labels` are names that
    neither shows, such as the stations of the timetable; those beyond the drawn ground are left out, as are
    those that a drawing names. Raises
    AreaError, naming file and feature, if a drawing cannot be used.
    """
    features: list[Feature] = []
    for path in (landcover, streets):
        if path is not None:
            features += from_geojson(path)
    if osm is not None:
        from maas.basemap.extract import extract_features

        features += extract_features(osm)
    if not features:
        return []
    ground = shapely.box(*shapely.total_bounds([f.geometry for f in features]))
    drawn = {f.properties.get("name") for f in features if f.layer == "place"}
    more = [from_label(label) for label in labels if label.names.get("") not in drawn]
    return features + [f for f in more if ground.contains(f.geometry)]
