"""Pages of the public web."""
