"""Prometheus metrics, taken where the events pass by."""
