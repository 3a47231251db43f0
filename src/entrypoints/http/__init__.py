"""The HTTP API: controllers by resource, the wire format, one table of errors."""
