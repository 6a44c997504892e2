"""Who is asking: principals, and the bearer keys by which they are known."""
