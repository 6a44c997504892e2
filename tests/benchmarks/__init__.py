"""The benchmarks run, and write what their readers look for."""
