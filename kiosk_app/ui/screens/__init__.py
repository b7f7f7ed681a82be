"""The screens of the booth, one file each."""
