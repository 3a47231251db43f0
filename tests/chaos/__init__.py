"""A run of random work and random deaths, and what has to be true after it."""
