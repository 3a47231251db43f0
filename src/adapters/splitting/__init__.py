"""Documents to passages, with sentencex."""
