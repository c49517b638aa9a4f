"""A member's keys: what signs, what reads sealed openings, what salts are made of."""
