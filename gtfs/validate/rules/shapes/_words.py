"""Words that rules about distances share."""

from __future__ import annotations

WHY_EN = "The vehicle is drawn at a wrong place of its line."
WHY_JA = "車両が路線上の誤った位置に描かれます。"
