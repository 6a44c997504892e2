"""Sheets in processes of their own."""
