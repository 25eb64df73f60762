"""The digital twin.

The dispatcher itself under a simulated clock, with vehicles that move and riders that come.
"""
