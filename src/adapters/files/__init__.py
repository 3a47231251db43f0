"""Content on the local disk."""
