"""What plugins do for single clients: which clients are linked with what."""
