"""What every mutation writes, and what it must not."""
