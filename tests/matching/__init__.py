"""The order book, rule by rule."""
