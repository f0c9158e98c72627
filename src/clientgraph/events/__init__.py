"""What happens between a firm and its clients: notes, calls, e-mails, meetings, tasks."""
