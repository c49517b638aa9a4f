"""Who reads what: signing in, standing, publications, and the log of what was read."""
