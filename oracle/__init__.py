"""Oracle nodes: site documents, reports and attestations."""
