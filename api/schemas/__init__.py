"""What the wire carries: one file a noun. Decimals and "¥" exist here and nowhere below."""
