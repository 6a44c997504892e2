"""Tests of the files of a trust company."""
