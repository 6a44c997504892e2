"""Tests of rules: the checks, the packs, what resolves them."""
