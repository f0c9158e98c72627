"""Configuration templates: what new clients begin with."""
