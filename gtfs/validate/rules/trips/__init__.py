"""Trips and their stop times."""
