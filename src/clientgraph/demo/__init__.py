"""A workspace to try things in: real companies from open registers, and a token that opens it."""
