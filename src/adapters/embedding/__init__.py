"""Dense vectors with fastembed, and sparse ones for BM25 made here."""
