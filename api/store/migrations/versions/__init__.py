"""One file a revision, forward on data."""
