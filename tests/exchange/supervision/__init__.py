"""Tests of what supervision finds."""
