"""Tests of exchange/, one file a module."""
