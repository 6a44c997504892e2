"""The routes of /v1: one file a noun, each with a `router` whose routes api/app.py takes over."""
