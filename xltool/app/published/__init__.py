"""Published reports: read, compared with what was returned, and made."""
