"""Fuzzers for every parser: what comes from outside, or from a disk that may have been touched, never breaks the program."""
