"""A booth and its office in one process, on one simulated clock, with a network that does its worst.

Both sides are the classes of the product. Only what lies between them and the machine is replaced: threads by tasks that take
turns, clocks by the simulated time, sockets by a queue, database files by SQLite's own memory files. A history is made from
its seed alone, so what went wrong once goes wrong again.
"""
