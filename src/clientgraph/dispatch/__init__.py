"""Calls what plugins wrote: in time, apart from everything else, believing nothing."""
