"""What can be done with sources."""
