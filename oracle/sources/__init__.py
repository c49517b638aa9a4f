"""Where a node's documents come from."""
