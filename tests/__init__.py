"""The tests; README.md beside this file says where a test goes."""
