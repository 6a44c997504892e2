"""A recorded venue: what this version must make of it is what was made of it before."""
