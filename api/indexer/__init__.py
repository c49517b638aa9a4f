"""From blocks to rows: everything stored here can be rebuilt from the chain."""
