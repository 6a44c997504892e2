"""The custodian bank as the venue meets it: a port, two adapters, and the files that it sends."""
