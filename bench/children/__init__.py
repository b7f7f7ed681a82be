"""Programs that a benchmark starts as processes of their own; each prints one line of JSON."""
