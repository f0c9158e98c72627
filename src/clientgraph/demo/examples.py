"""The tabs that GraphiQL opens with in the demo. Each works at once, and any number of times."""

from __future__ import annotations

from typing import Final

from clientgraph.graphiql import Example

_CLIENTS: Final = """query Clients {
  clients(first: 10) {
    totalCount
    nodes {
      id
      name
      country
      identifiers { kind { key label } formatted }
      mainAddress { formatted }
      parent { name }
    }
  }
}
"""
_NEW_CLIENT: Final = """mutation NewClient($input: ClientCreateInput!) {
  clientCreate(input: $input) {
    client {
      id
      reference
      name
      mainContact { fullName email phone }
      billingAddress { formatted(withCountry: true) }
      paymentTerms { days endOfMonth origin }
    }
    userErrors { path code message }
    warnings { path message }
  }
}
"""
_FIND: Final = """query Find($search: String!, $after: String) {
  clients(first: 5, search: $search, sort: [NAME_ASC], after: $after) {
    totalCount
    nodes { name country tradingName }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_LOOK_UP: Final = """query LookUp($key: ClientKey!) {
  client(by: $key) {
    id
    version
    name
    identifiers { kind { key } formatted derivedFrom isValid }
    deletability { allowed reasons { message } }
  }
}
"""
_FILE: Final = """query File($client: ClientKey!) {
  client(by: $client) {
    name
    categories { label }
    customFields {
      definition { label section }
      display
      ... on MoneyValue { amount currency }
      ... on ChoiceValue { choice { key } }
    }
    events(first: 5) { nodes { kind { label } title occurredAt dueAt doneAt } }
  }
}
"""
_FIGURES: Final = """query Figures {
  byCategory: clientStatistics(groupBy: CATEGORY) { label count }
  byCountry: clientStatistics(groupBy: COUNTRY) { key label count }
  overdue: events(filter: {isOverdue: true}, sort: [DUE_AT_ASC], first: 5) {
    totalCount
    nodes { title dueAt client { name } }
  }
}
"""
_LISTEN: Final = """subscription Listen {
  clientsChanged {
    action
    clientId
    client { name version }
  }
}
"""
_WHO: Final = """query Who {
  viewer {
    name
    role
    permissions
    organisation { name country currency paymentTerms { days } }
  }
  requiredFields { path }
  identifierKinds(country: "FR") { key label example }
}
"""

EXAMPLES: Final = (
    Example(title="Companies with their identifiers and addresses", query=_CLIENTS),
    Example(
        title="Make a client; then play the tab Listen and make another",
        query=_NEW_CLIENT,
        variables={
            "input": {
                "name": "Menuiserie Lacombe & Filles",
                "tradingName": "Lacombe Bois",
                "country": "FR",
                "email": "contact@lacombe-bois.example",
                "phone": "05 56 00 12 34",
                "website": "lacombe-bois.example",
                "vatRegime": "TAXABLE",
                "paymentTerms": {"days": 45, "endOfMonth": True},
                "contacts": [
                    {
                        "civility": "MADAME",
                        "firstName": "Inès",
                        "lastName": "Lacombe",
                        "email": "ines@lacombe-bois.example",
                        "position": "Gérante",
                    }
                ],
                "addresses": [
                    {
                        "kind": "MAIN",
                        "line1": "12 rue des Chartrons",
                        "postalCode": "33000",
                        "city": "Bordeaux",
                    }
                ],
            }
        },
    ),
    Example(
        title="Search, five at a time; put endCursor into the variable after for the next page",
        query=_FIND,
        variables={"search": "puma", "after": None},
    ),
    Example(
        title="One client by its identifier, written in any usual way",
        query=_LOOK_UP,
        variables={"key": {"identifier": {"kind": "FR_SIREN", "value": "552 032 534"}}},
    ),
    Example(
        title="A client's file: categories, custom fields, history",
        query=_FILE,
        variables={"client": {"identifier": {"kind": "FR_SIREN", "value": "552032534"}}},
    ),
    Example(title="How many clients of each sort, and which tasks are overdue", query=_FIGURES),
    Example(title="Hear of every change of a client as it is committed", query=_LISTEN),
    Example(title="Who is asking, and what a form needs to know", query=_WHO),
)
