"""What the booth keeps: the journal and its projections, the roster, sealed photos, people who may log in, and the keys."""
