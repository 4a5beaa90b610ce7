"""Who does the work: this machine, or several, and how what they found is kept."""
