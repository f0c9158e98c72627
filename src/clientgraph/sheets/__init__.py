"""Tables in files: what others send is read in a process of its own, and files are written."""
