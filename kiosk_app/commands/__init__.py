"""The commands of the command line, one file each: what is asked, done, and said about it."""
