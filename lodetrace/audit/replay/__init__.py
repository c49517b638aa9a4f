"""Step 9: the story as a whole, replayed from the proven events alone."""
