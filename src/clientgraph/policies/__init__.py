"""Rules of a workspace about the fields that must be filled."""
