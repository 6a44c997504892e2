"""The simulated market: every participant and officer is a client of the HTTP API and the feed."""
