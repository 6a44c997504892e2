"""Tests of the demo market that need no server."""
