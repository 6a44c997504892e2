"""Invariants under random attack."""
