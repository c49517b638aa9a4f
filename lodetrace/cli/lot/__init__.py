"""`lodetrace lot`: one file a group of commands, and how they show things."""
