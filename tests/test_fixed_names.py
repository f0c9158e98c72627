"""The names and shapes that front ends rely on, and those that are promised for later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema

SCHEMA = Path(__file__).parents[1] / "schema.graphql"

# Type → its fixed fields. `billingAddress` is nullable: a client may have no address at all.
FIXED = """
Query: viewer Viewer!; organisation Organisation!; node Node; nodes [Node]!; client Client;
    clients ClientConnection!; contacts ContactConnection!; requiredFields [RequiredField!]!;
    identifierKinds [IdentifierKind!]!; categories [Category!]!; clientTypes [ClientType!]!;
    contactSources [ContactSource!]!; events EventConnection!; companySearch CompanySearch!;
    company CompanyLookup!; plugins [Plugin!]!
Plugin: name String!; version String!; status PluginStatus!; hooks [PluginHook!]!
PluginHook: name String!; version Int!; isDeprecated Boolean!
Query.companySearch: query String!; country CountryCode!; first Int
Query.company: kind String!; value String!
CompanySearch: results [CompanySearchResult!]!; source CompanySource; status RegistryStatus!
CompanyLookup: draft ClientDraft; source CompanySource; status RegistryStatus!
CompanySource: registry String!; retrievedAt DateTime!; attribution String!
Query.node: id ID!
Query.nodes: ids [ID!]!
Query.client: by ClientKey!
Query.clients: first Int; after String; last Int; before String; search String;
    filter ClientFilter; sort [ClientSort!]; includeInactive Boolean; view ID
Query.contacts: first Int; after String; last Int; before String; search String;
    filter ContactFilter; sort [ContactSort!]; view ID
Query.events: first Int; after String; last Int; before String; filter EventFilter;
    sort [EventSort!]; view ID
Query.requiredFields: country CountryCode; channel Channel
Query.identifierKinds: country CountryCode
UserError: path [String!]!; code String!; message String!
UserWarning: path [String!]!; code String!; message String!
RequiredField: path [String!]!
Node: id ID!
Client: id ID!; version Int!; createdAt DateTime!; updatedAt DateTime!; name String!;
    tradingName String; kind ClientKind!; status ClientStatus!; parent Client;
    type ClientType; categories [Category!]!;
    subsidiaries ClientConnection!; reference String!; externalReference String;
    country CountryCode!; locale Locale; currency CurrencyCode!; website URL; email EmailAddress;
    phone PhoneNumber; vatRegime VatRegime!; paymentTerms PaymentTerms!; accountingCode String;
    activityCode String; iban IBAN; identifiers [Identifier!]!; identifier Identifier;
    contacts ContactConnection!; mainContact Contact; invoiceContact Contact;
    addresses [Address!]!; mainAddress Address; billingAddress Address;
    deletability Deletability!; events EventConnection!; customFields [CustomFieldValue!]!
Client.customFields: keys [String!]
Query.customFieldDefinitions: on RecordKind!; includeArchived Boolean
CustomFieldValue: key String!; definition CustomFieldDefinition!; display String!
CustomFieldValue.display: locale Locale
CustomFieldDefinition: id ID!; version Int!; key String!; label String!; on RecordKind!;
    type String!; required Boolean!; unique Boolean!; options JSON!; defaultValue JSON;
    section String; position Int!; archivedAt DateTime
TextValue: text String!
NumberValue: number Float!
DecimalValue: decimal Decimal!
BooleanValue: boolean Boolean!
DateValue: date Date!
ChoiceValue: choice Choice!
ChoicesValue: choices [Choice!]!
MoneyValue: amount Decimal!; currency CurrencyCode!
URLValue: url URL!
EmailValue: email EmailAddress!
PhoneValue: phone PhoneNumber!
ClientReferenceValue: client Client
UnknownValue: raw JSON!
CustomFieldInput: key String!; value JSON
CustomFieldFilter: key String!; op CustomFieldOperator!; value JSON
Client.events: first Int; after String; last Int; before String; kinds [String!]
Client.identifier: kind String!
Contact: id ID!; version Int!; client Client!; civility Civility; firstName String;
    lastName String; fullName String!; email EmailAddress; phone PhoneNumber;
    mobile PhoneNumber; switchboardPhone PhoneNumber; position String; locale Locale;
    source ContactSource;
    isMain Boolean!; isInvoiceRecipient Boolean!; events EventConnection!;
    customFields [CustomFieldValue!]!
Address: id ID!; version Int!; label String; kind AddressKind!; line1 String; line2 String;
    streetNumber String; box String; postalCode String; city String; region String;
    country CountryCode!; isDefaultForBilling Boolean!; formatted [String!]!
SavedView: id ID!; version Int!; name String!; on ListKind!; filter JSON!; search String;
    sort [String!]!; columns [String!]!; includeInactive Boolean!; isShared Boolean!; owner Member;
    createdAt DateTime!
Query.savedViews: on ListKind
Client.mayContact: purpose ConsentPurpose!; channel ConsentChannel!
Contact.mayContact: purpose ConsentPurpose!; channel ConsentChannel!
Consent: id ID!; version Int!; client Client!; contact Contact; purpose ConsentPurpose!;
    channel ConsentChannel!; status ConsentStatus!; givenAt DateTime!; withdrawnAt DateTime;
    source ConsentSource!; wording String; evidence String; recordedBy Member; createdAt DateTime!
ConsentFilter: purpose ConsentPurpose!; channel ConsentChannel; given Boolean
Event: id ID!; version Int!; client Client!; contact Contact; kind EventKind!; title String;
    body String; occurredAt DateTime!; dueAt DateTime; doneAt DateTime; author Member;
    visibility EventVisibility!; grantedTo [Member!]!; createdAt DateTime!
PaymentTerms: days Int!; endOfMonth Boolean!; origin ValueOrigin!
Identifier: kind IdentifierKind!; value String!; formatted String!; isValid Boolean!
IdentifierKind: key String!; label String!; country CountryCode
Deletability: allowed Boolean!; reasons [DeletionReason!]!
DeletionReason: code String!; message String!; count Int!; source String!
ClientKey: id ID; externalReference String; identifier IdentifierInput
ClientCreateInput: name String; tradingName String; kind ClientKind; parent ID;
    type ID; categories [ID!]; customFields [CustomFieldInput!];
    externalReference String; country CountryCode; locale Locale; currency CurrencyCode;
    website URL; email EmailAddress; phone PhoneNumber; vatRegime VatRegime;
    paymentTerms PaymentTermsInput; accountingCode String; activityCode String; iban IBAN;
    identifiers [IdentifierInput!]; contacts [ContactInput!]; addresses [AddressInput!]
ClientUpdateInput: id ID!; expectedVersion Int; name String; parent ID; iban IBAN;
    type ID; categories [ID!]; customFields [CustomFieldInput!];
    identifiers [IdentifierInput!]
ContactCreateInput: clientId ID!
EventCreateInput: clientId ID!; contactId ID
AddressCreateInput: clientId ID!
IdentifierInput: kind String!; value String!
ClientFilter: and [ClientFilter!]; or [ClientFilter!]; not ClientFilter;
    status [ClientStatus!]; country [CountryCode!]; parent IdsFilter; name StringFilter;
    identifier IdentifierFilter; postalCode StringFilter; city StringFilter;
    categories IdsFilter; type [ID!]; customFields [CustomFieldFilter!];
    createdAt DateTimeFilter; updatedAt DateTimeFilter
ClientCreatePayload: client Client; userErrors [UserError!]!
ClientUpdatePayload: client Client; userErrors [UserError!]!
ClientActivatePayload: client Client; userErrors [UserError!]!
ClientDeactivatePayload: client Client; userErrors [UserError!]!
ClientDeletePayload: deletedId ID; userErrors [UserError!]!
Mutation: eventCreate EventCreatePayload; eventUpdate EventUpdatePayload;
    eventDelete EventDeletePayload; taskComplete TaskCompletePayload;
    contactCreate ContactCreatePayload; contactUpdate ContactUpdatePayload;
    contactDelete ContactDeletePayload; contactMakeMain ContactMakeMainPayload;
    contactMakeInvoiceRecipient ContactMakeInvoiceRecipientPayload;
    addressCreate AddressCreatePayload; addressUpdate AddressUpdatePayload;
    addressDelete AddressDeletePayload;
    addressMakeDefaultForBilling AddressMakeDefaultForBillingPayload;
    categoryCreate CategoryCreatePayload; categoryUpdate CategoryUpdatePayload;
    categoryDelete CategoryDeletePayload; clientTypeCreate ClientTypeCreatePayload;
    clientTypeUpdate ClientTypeUpdatePayload; clientTypeDelete ClientTypeDeletePayload;
    contactSourceCreate ContactSourceCreatePayload;
    contactSourceUpdate ContactSourceUpdatePayload;
    contactSourceDelete ContactSourceDeletePayload;
    customFieldDefinitionCreate CustomFieldDefinitionCreatePayload;
    customFieldDefinitionUpdate CustomFieldDefinitionUpdatePayload;
    customFieldDefinitionArchive CustomFieldDefinitionArchivePayload
"""
ENUMS = {
    "ClientKind": "COMPANY INDIVIDUAL PUBLIC_BODY",
    "ClientStatus": "DRAFT ACTIVE INACTIVE",
    "VatRegime": "TAXABLE EXPORT_OR_EXEMPT INTRA_COMMUNITY",
    "AddressKind": "MAIN BILLING DELIVERY OTHER",
    "EventVisibility": "ORGANISATION PRIVATE GRANTED",
    "ValueOrigin": "CLIENT ORGANISATION",
    "ClientSort": "NAME_ASC NAME_DESC CREATED_AT_ASC CREATED_AT_DESC"
    " UPDATED_AT_ASC UPDATED_AT_DESC RELEVANCE",
    "RegistryStatus": "FOUND NOT_FOUND INVALID PROTECTED UNAVAILABLE",
    "PluginStatus": "ACTIVE SUSPENDED QUARANTINED",
}
SCALARS = (
    "Date DateTime Decimal JSON CountryCode CurrencyCode Locale EmailAddress PhoneNumber URL IBAN"
)

# Fixed names that the service does not have yet. Whoever adds one moves it up.
LATER = """
Contact: notes
"""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The committed schema."""
    return build_schema(SCHEMA.read_text("utf-8"))


def _rows(table: str) -> list[tuple[str, str]]:
    """The rows of a table above: what stands before and behind the colon."""
    joined = re.sub(r"\n\s+", " ", table.strip())
    return [
        (name, rest.strip()) for name, _, rest in (row.partition(":") for row in joined.split("\n"))
    ]


@pytest.mark.parametrize(("place", "wanted"), _rows(FIXED))
def test_fixed_names_have_their_shapes(schema: GraphQLSchema, place: str, wanted: str) -> None:
    """A fixed field or argument is there with its fixed type and nullability."""
    type_name, _, field_name = place.partition(".")
    known = schema.type_map[type_name].fields
    parts = known[field_name].args if field_name else known
    shapes = {key: str(part.type) for key, part in parts.items()}
    fixed = dict(part.split() for part in wanted.split(";"))
    assert {key: shapes.get(key) for key in fixed} == fixed


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_fixed_enums_have_their_values(schema: GraphQLSchema, name: str) -> None:
    """A fixed enum has exactly its values."""
    assert set(schema.type_map[name].values) == set(ENUMS[name].split())


def test_fixed_scalars_are_there(schema: GraphQLSchema) -> None:
    """The strong scalars have their names."""
    assert set(SCALARS.split()) <= set(schema.type_map)


def test_a_client_is_named_in_exactly_one_way(schema: GraphQLSchema) -> None:
    """`ClientKey` is a oneOf input."""
    assert schema.type_map["ClientKey"].is_one_of


@pytest.mark.parametrize(("place", "names"), _rows(LATER))
def test_what_is_promised_for_later_is_not_there_yet(
    schema: GraphQLSchema, place: str, names: str
) -> None:
    """A name that has come is moved from the list of later ones to the fixed ones."""
    inside = place not in ("types", "scalars")
    there = schema.type_map[place].fields if inside else schema.type_map
    assert [name for name in names.split() if name in there] == []
