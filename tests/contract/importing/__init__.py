"""What the contract says of sheets."""
