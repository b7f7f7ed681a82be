"""Fifty values that nobody may ever find on a booth's disk, and a day that gives every part of the booth the chance to drop one."""
