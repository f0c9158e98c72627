"""Files that are kept for good with a client, a contact or an event."""
