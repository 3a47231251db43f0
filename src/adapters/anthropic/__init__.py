"""Claude, and any server that speaks the Anthropic Messages API."""
