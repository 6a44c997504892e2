"""The register in SQL: its tables, its rows, and every SELECT about title."""
