"""The queue of documents to be read, shared by several processes: SAQ on Redis or Valkey."""
