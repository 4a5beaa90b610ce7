"""Where a campaign stands: which return counts, who is done, who must be reminded."""
