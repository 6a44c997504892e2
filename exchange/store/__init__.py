"""The journaled database: its tables, the one transaction of a batch, the journal, snapshots and
migrations."""
