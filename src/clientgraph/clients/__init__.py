"""The client record: a company, a public body or an individual that one does business with."""
