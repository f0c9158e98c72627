"""Addresses: postal rules, printing, and the places that clients are found at."""
