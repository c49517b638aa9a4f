"""`lodetrace audit`: export, verify, checkpoint, compare."""
