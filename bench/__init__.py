"""The benchmark: clientgraph beside its peers and beside what is possible at all."""
