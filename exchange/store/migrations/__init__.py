"""Migrations of the journaled database, forward only."""
