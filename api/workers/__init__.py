"""Loops that the composition root starts beside the venue."""
