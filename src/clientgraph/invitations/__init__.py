"""Clients are invited to look after their own file, and do so by a small API of its own."""
