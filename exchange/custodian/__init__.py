"""The custodian bank as the venue meets it: a port with two adapters, and the files that it sends."""
