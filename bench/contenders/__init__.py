"""The contenders: each a small program, as its own documentation would have it for production."""
