"""The rule language: read once into nodes, compiled twice, to an Excel formula and to a Python evaluation."""
