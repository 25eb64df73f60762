"""Tables of fares (Fares v2) of single rides and a day pass, for adults, children and seniors."""

from __future__ import annotations

# A single costs 210 in cash and 200 by card, children 100, seniors 120; a day 500 for all but seniors, 250.
DAY_PASS = """
[rider_categories]
rider_category_id,rider_category_name,is_default_fare_category
o,Adult,1
k,Child,0
s,Senior,0
[fare_media]
fare_media_id,fare_media_type
paper,1
ic,2
[fare_products]
fare_product_id,fare_product_name,rider_category_id,fare_media_id,amount,currency
one,Single,o,paper,210,JPY
one,Single,o,ic,200,JPY
one,Single,k,,100,JPY
one,Single,s,,120,JPY
day,Day pass,o,,500,JPY
day,Day pass,s,,250,JPY
[fare_leg_rules]
leg_group_id,fare_product_id
one,one
day,day
[fare_transfer_rules]
from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type
day,day,-1,86400,1,0
"""
