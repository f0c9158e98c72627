"""Tests of imports: sheets read, shown, written and taken back."""
