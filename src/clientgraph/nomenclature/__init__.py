"""The lists that a workspace keeps to sort its clients and contacts by."""
