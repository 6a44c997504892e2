"""The edge's own database: names, keys and answers; the journal is replayed without it."""
