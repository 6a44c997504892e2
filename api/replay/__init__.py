"""Recorded order flow of real venues, fed through the real book, and what of it agrees."""
