"""Fares to spoil: what tests of rules share."""

from __future__ import annotations

PRODUCTS = "fare_product_id,amount,currency\nF,{amount},{currency}\n"
