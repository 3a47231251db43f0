"""Content in an object store."""
