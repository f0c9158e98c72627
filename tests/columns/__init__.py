"""What the columns of sheets mean."""
