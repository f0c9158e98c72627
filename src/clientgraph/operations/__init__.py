"""From a document to its answer: parse, price, validate, execute."""
