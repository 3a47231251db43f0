"""What is true in Quoth: conversations, sources, answers and their quotes; standard library only."""
