"""Ports with a span (OpenTelemetry) around each call. No span ever holds what people wrote or what documents say."""
