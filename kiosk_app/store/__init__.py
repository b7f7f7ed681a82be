"""What the booth keeps: the journal and its projections, the roster, sealed photos, officers, keys."""
