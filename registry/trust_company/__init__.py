"""What goes to trust companies and comes from them, as bytes and as values."""
