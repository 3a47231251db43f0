"""The machine itself: time, identifiers, tasks."""
