"""Lists as their users left them: filter, search, order and columns under a name."""
