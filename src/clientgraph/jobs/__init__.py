"""Background jobs: long work, done step by step beside the requests by any number of processes."""
