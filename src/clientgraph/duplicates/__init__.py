"""Clients that are probably the same: found among records, and explained."""
