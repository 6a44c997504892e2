"""Benchmarks: what a figure measures, and what it leaves out, is said in README.md."""
