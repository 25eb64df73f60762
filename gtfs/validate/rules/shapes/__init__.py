"""Shapes, and stops on them."""
