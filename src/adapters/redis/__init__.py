"""What several processes share through Redis or Valkey: the events of runs."""
