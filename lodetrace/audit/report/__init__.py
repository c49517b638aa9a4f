"""Reports of an examination: JSON for machines, one page for people, as HTML or PDF."""
