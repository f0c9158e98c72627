"""What all of the GraphQL face shares: scalars, fields, nodes, paging, mutations."""
