"""Checks of the house itself: imports, sizes, numbers, documents, locks."""
