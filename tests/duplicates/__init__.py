"""Tests of probable duplicates."""
