"""The benchmarks behind every figure that the project states: `python -m bench` runs all, `python -m bench NAME` one."""
