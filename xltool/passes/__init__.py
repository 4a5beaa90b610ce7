"""Values in, values and findings out. Passes never import each other, never print, log or raise."""
