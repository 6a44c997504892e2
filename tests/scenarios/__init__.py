"""Stories from the first command to the last, over the outside interfaces alone."""
