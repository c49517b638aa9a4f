"""Rows by sets of ids: what views need, in as many statements as there are tables, not rows."""
