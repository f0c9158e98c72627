"""Resolvers of plugins, run in the plugin's own threads and loop, in the caller's transaction.

What is asked of one plugin at one time crosses over as one: a page of records with a field of the
plugin's costs two changes of threads, not two for each record, and its loaders see all keys.

What a schema does with a value besides calling resolvers stays in the service's loop: reading its
attributes (but for those that a class works out), scalars, ``is_type_of``.
"""

from clientgraph.resolving.fields import ahead, set_apart

__all__ = ["ahead", "set_apart"]
