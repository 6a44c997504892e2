"""Files that prove something: their types, and where they lie."""
