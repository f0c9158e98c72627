"""Exports: clients of a list as a sheet, as lines of JSON or as vCards."""
