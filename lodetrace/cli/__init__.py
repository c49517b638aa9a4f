"""The `lodetrace` command line: one file a group of commands.

A command takes what was typed and returns an `Answer`; the shared layer around it (command.py)
prints it for people or, with --json, for machines, and turns errors into words and exit codes.
Nothing heavy is imported before a command runs, so that --help needs the base install only.
"""
