"""A database of these tests' own: they fill tables as no service does."""

from tests.package_database import settings

__all__ = ["settings"]
