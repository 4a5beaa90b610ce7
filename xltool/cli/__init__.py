"""The command line: one file a command, parsing apart from executing."""
