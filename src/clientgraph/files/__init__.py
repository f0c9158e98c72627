"""Files that were uploaded: streamed to storage, known by what is in them, kept for a while."""
