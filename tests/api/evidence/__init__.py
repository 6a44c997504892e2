"""Tests of the files that are evidence."""
