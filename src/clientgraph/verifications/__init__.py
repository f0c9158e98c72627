"""Verifications: what those who know say of a client's identifiers, and the proof of it."""
