"""Files and messages between the venue and a trust company: bytes to values and back. No network,
no SQL, and no rule of title."""
