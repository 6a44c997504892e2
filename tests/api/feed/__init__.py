"""Tests of api/feed."""
