"""What can be done with Quoth: use cases over the domain, and the ports they need."""
