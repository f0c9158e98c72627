"""The read engine: a query is compiled once and then run for all rows of a level at a time."""
