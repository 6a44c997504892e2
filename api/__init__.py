"""The edge: HTTP, the feed, the command line, and the one place that composes the venue."""
