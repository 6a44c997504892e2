"""The feed at /feed/v1: what the market does, as it happens. A client can check every frame."""
