"""The answerer that needs no language model: it quotes."""
