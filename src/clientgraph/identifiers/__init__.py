"""Company identifiers: SIRET, enterprise numbers, VAT numbers, whatever kinds plugins know."""
