"""What a rider pays: concessions, subsidised rides, caps, passes, employers, points and combined prices.

`config` reads an area's rules, `price` is pure, `store` keeps what rules count, `passes` are bought here.
"""
