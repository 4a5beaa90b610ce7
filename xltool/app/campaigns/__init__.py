"""Campaigns: what came back, what was decided, what counts, whom to remind, what goes back."""
