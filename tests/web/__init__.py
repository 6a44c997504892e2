"""The web application as the server gives it out: its files, their headers, and a real browser."""
