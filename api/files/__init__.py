"""Files that offices exchange with the venue: what they say becomes commands, and back."""
