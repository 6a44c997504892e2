"""Naive models: slow, obvious, and what the real thing is compared with."""
