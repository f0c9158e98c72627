"""GraphQL over HTTP: methods, media types, statuses, members, headers."""

import json

import pytest

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HELLO = {"query": "{ hello }"}


def code_of(response) -> str:
    """The code of the only error of an answer that has no data."""
    body = response.json()
    assert set(body) == {"errors"}
    assert len(body["errors"]) == 1
    return body["errors"][0]["extensions"]["code"]


def message_of(response) -> str:
    """The message of the first error."""
    return response.json()["errors"][0]["message"]


async def test_a_query_is_answered(client):
    """The plain case: JSON in, JSON out, with the headers that keep it private."""
    response = await client().post("/graphql", json=HELLO)
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "hello world"}}
    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["vary"] == "Accept, Accept-Language, Authorization"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_all_members_reach_the_service(client):
    """Operation name and variables choose what runs; unknown members are ignored."""
    query = "query A { hello } query B($n: String) { hello(name: $n) }"
    members = {"query": query, "operationName": "B", "variables": {"n": "Ada"}, "other": 1}
    response = await client().post("/graphql", json=members)
    assert response.json() == {"data": {"hello": "hello Ada"}}


async def test_null_members_are_absent(client):
    """A null is the same as nothing."""
    members = {**HELLO, "operationName": None, "variables": None, "extensions": None}
    response = await client().post("/graphql", json={**members, "documentId": None})
    assert response.json() == {"data": {"hello": "hello world"}}


# What GraphQL makes of a well-formed request: request, status as application/json, status as
# application/graphql-response+json, and the code where there is no data.
ANSWERS = [
    ({"query": "{ hello }"}, 200, 200, None),
    ({"query": "{ broken }"}, 200, 200, None),
    ({"query": "{ doomed }"}, 200, 200, None),
    ({"query": "{"}, 200, 400, "GRAPHQL_PARSE_FAILED"),
    ({"query": ""}, 200, 400, "GRAPHQL_PARSE_FAILED"),
    ({"query": "{ nothing }"}, 200, 400, "GRAPHQL_VALIDATION_FAILED"),
    ({"query": "query A { hello } query B { hello }"}, 200, 400, "OPERATION_RESOLUTION_FAILURE"),
    ({"query": "mutation ($v: Int!) { save(value: $v) }"}, 200, 400, "BAD_USER_INPUT"),
    ({"documentId": "sha256:abc"}, 200, 400, "PERSISTED_QUERY_NOT_FOUND"),
    ({"extensions": {"persistedQuery": {}}}, 200, 400, "PERSISTED_QUERY_NOT_FOUND"),
    ({"query": "subscription { forever }"}, 400, 400, "BAD_REQUEST"),
    ({"query": "{ hello }", "extensions": {"refuse": "COST_EXCEEDED"}}, 200, 400, "COST_EXCEEDED"),
    ({"query": "{ hello }", "extensions": {"refuse": "BAD_REQUEST"}}, 400, 400, "BAD_REQUEST"),
    ({"query": "{ hello }", "extensions": {"refuse": "FORBIDDEN"}}, 403, 403, "FORBIDDEN"),
    ({"query": "{ hello }", "extensions": {"refuse": "TIMEOUT"}}, 504, 504, "TIMEOUT"),
    ({"query": "{ hello }", "extensions": {"refuse": "RATE_LIMITED"}}, 429, 429, "RATE_LIMITED"),
    (
        {"query": "{ hello }", "extensions": {"refuse": "PLUGIN_SAYS_NO"}},
        200,
        400,
        "PLUGIN_SAYS_NO",
    ),
    (
        {"query": "{ hello }", "extensions": {"refuse": "UNAUTHENTICATED"}},
        *(401, 401, "UNAUTHENTICATED"),
    ),
    ({"query": "{ hello }", "extensions": {"crash": True}}, 500, 500, "INTERNAL_SERVER_ERROR"),
    (
        {"query": "{ hello }", "extensions": {"unencodable": True}},
        500,
        500,
        "INTERNAL_SERVER_ERROR",
    ),
]


@pytest.mark.parametrize(("members", "as_json", "as_graphql", "code"), ANSWERS)
async def test_status_of_answers(client, members, as_json, as_graphql, code):
    """The status follows from the media type and the code, the body is the same."""
    for media, status in ((JSON, as_json), (GRAPHQL, as_graphql)):
        response = await client().post("/graphql", json=members, headers={"Accept": media})
        assert response.status_code == status
        assert response.headers["content-type"] == f"{media}; charset=utf-8"
        if code:
            assert code_of(response) == code


async def test_refusals_say_how_to_go_on(client):
    """401 names the scheme, 429 says when to come back."""
    for code, header in (("UNAUTHENTICATED", "www-authenticate"), ("RATE_LIMITED", "retry-after")):
        members = {**HELLO, "extensions": {"refuse": code}}
        response = await client().post("/graphql", json=members)
        assert (
            response.headers[header] == {"www-authenticate": "Bearer", "retry-after": "7"}[header]
        )


async def test_field_errors_have_no_http_meaning(client):
    """A field that is rate limited is data with errors: 200, no Retry-After."""
    response = await client().post("/graphql", json={"query": "{ broken }"})
    assert response.status_code == 200
    assert response.json()["data"] == {"broken": None}
    assert response.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}
    assert "retry-after" not in response.headers


async def test_crash_is_masked_and_logged_under_one_id(client, caplog):
    """The caller sees an id, the log has the same id and the error."""
    response = await client().post("/graphql", json={**HELLO, "extensions": {"crash": True}})
    error = response.json()["errors"][0]
    assert error["message"] == "Something went wrong on our side."
    assert "secret" not in response.text
    assert error["extensions"]["errorId"] in caplog.text
    assert "secret detail" in caplog.text


# Bodies that are not a well-formed GraphQL request, and what the message says of them.
MALFORMED = [
    (b"", "The body is not valid JSON"),
    (b"NONSENSE", "The body is not valid JSON"),
    (b'{"query":', "The body is not valid JSON"),
    (b"NaN", "The body is not valid JSON"),
    (b'{"query":"\xff"}', "The body is not valid JSON"),
    (b"[" * 200_000, "The body is nested deeper than 32 levels."),
    (b'{"query":"{hello}","variables":' + b'{"a":' * 40 + b"1" + b"}" * 41, "deeper than 32"),
    (b"3", "A GraphQL request must be a JSON object."),
    (b'"x"', "A GraphQL request must be a JSON object."),
    (b"null", "A GraphQL request must be a JSON object."),
    (b"true", "A GraphQL request must be a JSON object."),
    (b"[]", "Batching is off"),
    (b"[1,2]", "Batching is off"),
    (b'[{"query":"{hello}"}]', "Batching is off"),
    (b"{}", '"query" is missing.'),
    (b'{"qeury":"{hello}"}', '"query" is missing.'),
    (b'{"query":null}', '"query" is missing.'),
    (b'{"query":3}', '"query" must be a string.'),
    (b'{"query":["{hello}"]}', '"query" must be a string.'),
    (b'{"query":"{hello}","operationName":3}', '"operationName" must be a string.'),
    (b'{"query":"{hello}","documentId":{}}', '"documentId" must be a string.'),
    (b'{"query":"{hello}","variables":[7]}', '"variables" must be a JSON object.'),
    (b'{"query":"{hello}","variables":"{}"}', '"variables" must be a JSON object.'),
    (b'{"query":"{hello}","variables":0}', '"variables" must be a JSON object.'),
    (b'{"query":"{hello}","variables":false}', '"variables" must be a JSON object.'),
    (b'{"query":"{hello}","extensions":"x"}', '"extensions" must be a JSON object.'),
]


@pytest.mark.parametrize(("body", "message"), MALFORMED)
async def test_malformed_requests(client, body, message):
    """What is no GraphQL request is a 400 in both media types, and says what is wrong."""
    for media in (JSON, GRAPHQL):
        headers = {"Content-Type": JSON, "Accept": media}
        response = await client().post("/graphql", content=body, headers=headers)
        assert response.status_code == 400
        assert code_of(response) == "BAD_REQUEST"
        assert message in message_of(response)
        assert response.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "application/graphql"}, 415),
        ({"Content-Type": GRAPHQL}, 415),
        ({"Content-Type": "application/json; charset=latin1"}, 415),
        ({"Content-Type": "application/json; charset=utf-16"}, 415),
        ({"Content-Type": JSON, "Content-Encoding": "gzip"}, 415),
        ({"Content-Type": JSON, "Content-Encoding": "identity"}, 200),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": 'Application/Json;Charset="UTF-8"'}, 200),
        ({"Content-Type": "application/json; profile=x"}, 200),
    ],
)
async def test_content_types(client, headers, status):
    """Only JSON in UTF-8 is read; a form from another site is not."""
    response = await client().post("/graphql", content=json.dumps(HELLO), headers=headers)
    assert response.status_code == status
    if status == 415:
        assert code_of(response) == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        ("*/*", 200, JSON),
        (GRAPHQL, 200, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", 200, GRAPHQL),
        (f"{GRAPHQL};q=0.8, {JSON};q=0.9", 200, JSON),
        (f"{GRAPHQL}, {JSON}, text/event-stream, multipart/mixed", 200, GRAPHQL),
        ("text/html", 406, JSON),
        ("application/xml;q=1, image/*", 406, JSON),
        (f"{JSON};q=0, {GRAPHQL};q=0", 406, JSON),
    ],
)
async def test_accept(client, accept, status, media):
    """The answer has the media type that was asked for, or there is a 406, in JSON."""
    response = await client().post("/graphql", json=HELLO, headers={"Accept": accept})
    assert response.status_code == status
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    if status == 406:
        assert code_of(response) == "BAD_REQUEST"


async def test_absent_accept_means_json(client):
    """A client that names no media type is an old one."""
    http = client()
    del http.headers["accept"]
    response = await http.post("/graphql", json={"query": "{"})
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "QUERY", "TRACE"])
async def test_other_methods(client, method):
    """Other methods are a 405 that says which ones there are."""
    response = await client().request(method, "/graphql", json=HELLO)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"
    assert code_of(response) == "BAD_REQUEST"


async def test_options_and_head(client):
    """OPTIONS lists the methods, HEAD is a GET."""
    options = await client().options("/graphql")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, POST")
    closed = await client(get_queries=False).options("/graphql")
    assert closed.headers["allow"] == "POST"
    head = await client().head("/graphql", params=HELLO)
    assert head.status_code == 200


async def test_get_query(client):
    """A query by GET takes its variables as JSON; empty values are absent."""
    parameters = {
        "query": "query Q($n: String) { hello(name: $n) }",
        "operationName": "Q",
        "variables": '{"n": "Zoë"}',
        "extensions": "",
        "documentId": "",
    }
    response = await client().get("/graphql", params=parameters)
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "hello Zoë"}}


async def test_get_document_id(client):
    """A persisted document is asked for by its id."""
    response = await client().get("/graphql", params={"documentId": "sha256:abc"})
    assert code_of(response) == "PERSISTED_QUERY_NOT_FOUND"
    assert message_of(response) == "No document sha256:abc."


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ("", '"query" is missing.'),
        ("query=", '"query" is missing.'),
        ("qeury={hello}", '"query" is missing.'),
        ("query={hello}&variables=x", '"variables" is not valid JSON'),
        ("query={hello}&variables=[7]", '"variables" must be a JSON object.'),
        ("query={hello}&variables=" + "[" * 40, '"variables" is nested deeper than 32 levels.'),
        ("query={hello}&extensions=3", '"extensions" must be a JSON object.'),
        ("query={hello}&query={who}", '"query" is given 2 times.'),
    ],
)
async def test_malformed_get(client, parameters, message):
    """A malformed URL is a 400 that names the member."""
    response = await client().get(f"/graphql?{parameters}")
    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"
    assert message in message_of(response)


async def test_get_never_changes_anything(client, service):
    """A mutation by GET is a 405 and does not run, whichever operation is named."""
    query = "query Q { hello } mutation M { save(value: 1) }"
    parameters = {"query": query, "operationName": "M"}
    response = await client().get("/graphql", params=parameters)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert service.saved == []
    allowed = await client().get("/graphql", params={"query": query, "operationName": "Q"})
    assert allowed.status_code == 200


async def test_get_can_be_switched_off(client):
    """Without GET queries, GET is a 405 with or without a query."""
    http = client(get_queries=False)
    for parameters in ({}, HELLO):
        response = await http.get("/graphql", params=parameters)
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"
        assert code_of(response) == "BAD_REQUEST"
    assert (await http.put("/graphql")).headers["allow"] == "POST"


async def test_page_for_browsers(client):
    """A browser that opens the address gets the page; a query or another Accept gets JSON."""
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    http = client(with_page=True, get_queries=False)
    page = await http.get("/graphql", headers=browser)
    assert (page.status_code, page.text) == (200, "<h1>GraphiQL</h1>")
    assert page.headers["vary"] == "Accept"
    assert (await http.get("/graphql")).status_code == 405
    assert (await http.get("/graphql", params=HELLO, headers=browser)).status_code == 405
    without = await client().get("/graphql", headers=browser)
    assert without.status_code == 400


async def test_a_mutation_by_post(client, service):
    """A mutation is answered, and has happened."""
    response = await client().post("/graphql", json={"query": "mutation { save(value: 5) }"})
    assert response.json() == {"data": {"save": 5}}
    assert service.saved == [5]


@pytest.mark.parametrize(
    ("authorization", "status", "who"),
    [
        (None, 200, None),
        ("Bearer cgp_ada", 200, "Ada"),
        ("bearer cgp_ada", 200, "Ada"),
        ("Basic YWRhOng=", 200, None),
        ("Bearer cgp_unknown", 401, None),
        ("Bearer " + "x" * 8_193, 401, None),
    ],
)
async def test_tokens(client, authorization, status, who):
    """No token is nobody, a good one is its actor, a bad one is a 401."""
    headers = {"Authorization": authorization} if authorization else {}
    response = await client().post("/graphql", json={"query": "{ who }"}, headers=headers)
    assert response.status_code == status
    if status == 401:
        assert code_of(response) == "UNAUTHENTICATED"
        assert response.headers["www-authenticate"] == "Bearer"
    else:
        assert response.json() == {"data": {"who": who}}


async def test_a_bad_token_is_refused_before_anything_else(client, service):
    """Neither the body nor an oversized token costs more than the refusal."""
    headers = {"Authorization": "Bearer cgp_unknown", "Content-Type": "text/plain"}
    response = await client().post("/graphql", content="nonsense", headers=headers)
    assert response.status_code == 401
    long = {"Authorization": "Bearer " + "x" * 8_193}
    await client().post("/graphql", json=HELLO, headers=long)
    assert service.authenticated == ["cgp_unknown"]


async def test_failing_authentication_is_a_masked_500(client):
    """An authentication that breaks is our fault, in JSON, without detail."""
    headers = {"Authorization": "Bearer cgp_crash", "Accept": GRAPHQL}
    response = await client().post("/graphql", json=HELLO, headers=headers)
    assert response.status_code == 500
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert code_of(response) == "INTERNAL_SERVER_ERROR"
    assert "database" not in response.text


async def test_language_reaches_the_service(client):
    """The caller's language is negotiated once, here."""
    headers = {"Accept-Language": "es, nl-BE;q=0.9, fr;q=0.8"}
    response = await client().post("/graphql", json={"query": "{ language }"}, headers=headers)
    assert response.json() == {"data": {"language": "nl"}}
