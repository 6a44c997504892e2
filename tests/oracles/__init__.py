"""Worked cases whose results others have published."""
