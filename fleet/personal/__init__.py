"""Devices that drive to their riders and home again by themselves, and share cycles."""
