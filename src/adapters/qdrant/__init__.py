"""The source index and the retriever on Qdrant: its own engine in this process, or a server."""
