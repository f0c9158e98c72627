"""The commands of the command line, one module each; `clientgraph.__main__` loads them by name."""
