"""Registries of companies: searched and looked up, whatever plugins know of any."""
