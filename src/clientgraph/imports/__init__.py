"""Imports: a sheet of clients that is read, shown with all its mistakes, written and taken back."""
