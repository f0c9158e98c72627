"""What the columns of a sheet of clients mean: from cells to drafts of clients, and back."""
