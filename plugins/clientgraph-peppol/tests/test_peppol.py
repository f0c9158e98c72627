"""Who takes part in Peppol is told by the network's own names, and nobody guesses."""

from __future__ import annotations

import asyncio
from typing import Any

import dns.rcode
import pytest

from clientgraph.testing import Api
from clientgraph_peppol.locator import host_of
from clientgraph_peppol.participants import addresses

pytestmark = pytest.mark.anyio

BELGIAN = {"kind": "BE_ENTERPRISE", "value": "0403170701"}
FIELDS = "status code evidence attempts validUntil checkedAt verifier { key }"
BILLING = (
    "busdox-docid-qns::urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##"
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0::2.1"
)
ORDER = (
    "busdox-docid-qns::urn:oasis:names:specification:ubl:schema:xsd:Order-2::Order##"
    "urn:fdc:peppol.eu:poacc:trns:order:3::2.1"
)
CATALOGUE = "participant.sml.prod.tech.peppol.org"


GROUP = b'<ServiceGroup xmlns="http://busdox.org/serviceMetadata/publishing/1.0/">%s</ServiceGroup>'
ANOTHER = b"<ParticipantIdentifier>0208:0202239951</ParticipantIdentifier>"


async def verified(api: Api, kind: str = "BE_ENTERPRISE", value: str = "0403170701") -> Any:
    """What is known of a new client's number once the network was asked."""
    client = await api.new_client(identifiers=[{"kind": kind, "value": value}], country="BE")
    given = {"clientId": client["id"], "verifier": "PEPPOL", "identifierKind": kind}
    await api.done("verificationStart", given, "verifications { id }")
    chosen = f"verifications {{ nodes {{ {FIELDS} }} }}"
    text = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {chosen} }} }}"
    async with asyncio.timeout(20):
        while True:
            (found,) = (await api(text, {"id": client["id"]}))["client"]["verifications"]["nodes"]
            if found["attempts"]:
                return found
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("participant", "label"),
    [
        ("9915:test", "eh5boavaktmbgzyh2a63dz4qov33fvp5nsdvqklucfraayoodw6a"),
        ("0088:123ABC", "y7dzfxaf3d4cjz4kcgrxtec6twvcga4ky7zwa5boif6mswd4tdrq"),
        ("0010:5798000000001", "xukhfqabqziki3ykvr2fhr4snfa3pf5vpq6k4tonv3lmvsy5arvq"),
        ("0208:0403170701", "7hpkixrgblpxslumtiucya6q74pozardf2vsby67rw75b7gopiyq"),
    ],
)
def test_names(participant: str, label: str) -> None:
    """The hash of the identifier in small letters, as the network's policy has it."""
    assert host_of(participant, CATALOGUE) == f"{label}.iso6523-actorid-upis.{CATALOGUE}"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("BE_ENTERPRISE", "0403170701", ["0208:0403170701", "9925:BE0403170701"]),
        ("FR_SIREN", "732829320", ["0225:732829320", "0002:732829320"]),
        (
            "FR_SIRET",
            "73282932000074",
            ["0009:73282932000074", "0225:732829320_73282932000074", "0002:73282932000074"],
        ),
        ("NO_ORGNR", "919089652", ["0192:919089652"]),
        ("NL_KVK", "12345678", ["0106:12345678"]),
        ("GR_VAT", "EL065099393", ["9933:EL065099393"]),
    ],
)
def test_addresses(kind: str, value: str, expected: list[str]) -> None:
    """The schemes that are usual where the identifier comes from, the likeliest first."""
    assert list(addresses(kind, value)) == expected


async def test_a_participant(asking: Api, network: Any) -> None:
    """Registered, with what it receives and who publishes it."""
    network.join("0208:0403170701", BILLING, ORDER)
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("VALID", "REGISTERED")
    assert found["evidence"] == {
        "participant": "0208:0403170701",
        "publisher": network.publisher.url.removeprefix("http://"),
        "receivesInvoices": True,
        "documentTypes": sorted([BILLING, ORDER]),
        "documentTypeCount": 2,
    }


async def test_one_that_receives_no_invoices(asking: Api, network: Any) -> None:
    """A participant all the same."""
    network.join("0208:0403170701", ORDER)
    found = await verified(asking)
    assert (found["status"], found["evidence"]["receivesInvoices"]) == ("VALID", False)


async def test_the_second_address(asking: Api, network: Any) -> None:
    """Some Belgian companies are registered by their VAT number only."""
    network.join("9925:BE0403170701", BILLING)
    found = await verified(asking)
    assert (found["status"], found["evidence"]["participant"]) == ("VALID", "9925:BE0403170701")


async def test_nobody_of_that_name(asking: Api, network: Any) -> None:
    """No name is the network's way to say no."""
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("INVALID", "NOT_REGISTERED")
    assert found["evidence"] == {"asked": ["0208:0403170701", "9925:BE0403170701"]}
    assert network.publisher.asked == []


async def test_registered_but_not_published(asking: Api, network: Any) -> None:
    """A publisher that knows nothing of it: nothing can be sent there."""
    network.names.register("0208:0403170701", network.publisher.url)
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("INVALID", "NOT_PUBLISHED")
    assert found["evidence"]["participant"] == "0208:0403170701"
    assert found["evidence"]["asked"] == ["0208:0403170701", "9925:BE0403170701"]


async def test_published_at_the_second_address_only(asking: Api, network: Any) -> None:
    """What is left over of the first one is in nobody's way."""
    network.names.register("0208:0403170701", network.publisher.url)
    network.join("9925:BE0403170701", BILLING)
    found = await verified(asking)
    assert (found["status"], found["evidence"]["participant"]) == ("VALID", "9925:BE0403170701")


async def test_what_is_shown_of_many_documents(asking: Api, network: Any) -> None:
    """As much as fits into the proof; all of them are counted."""
    network.join("0208:0403170701", BILLING, *(f"{n:03}{'a' * 600}" for n in range(60)))
    found = await verified(asking)
    assert (found["status"], found["evidence"]["receivesInvoices"]) == ("VALID", True)
    assert found["evidence"]["documentTypeCount"] == 61
    shown = found["evidence"]["documentTypes"]
    assert (len(shown), max(map(len, shown))) == (30, 500)


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
async def test_name_servers_that_fail(asking: Api, network: Any, rcode: dns.rcode.Rcode) -> None:
    """No answer is none: it is asked again later."""
    network.names.rcode = rcode
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", "UNAVAILABLE")


async def test_name_servers_that_leave_records_out(asking: Api, network: Any) -> None:
    """The name is there, and what it leads to is not told: it is asked again later."""
    network.names.register("0208:0403170701", network.publisher.url)
    (name,) = network.names.records
    network.names.records[name] = []
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", "UNAVAILABLE")


async def test_name_servers_that_are_silent(asking: Api, network: Any) -> None:
    """It is waited for a few seconds only."""
    network.names.silent = True
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", "UNAVAILABLE")


@pytest.mark.parametrize(
    "record",
    [
        '100 10 "U" "Meta:SMP" "!.*!https://10.0.0.1!" .',
        '100 10 "U" "Meta:SMP" "!.*!http://127.0.0.1:9!" .',
        '100 10 "U" "Meta:SMP" "!.*!file:///etc/passwd!" .',
        '100 10 "U" "Meta:SMP" "!.*!!" .',
        '100 10 "U" "Meta:SMP" "!.*!https://[bad!" .',
        '100 10 "U" "Meta:SMP" "!.*!https:!" .',
        '100 10 "U" "Meta:SMP" "nonsense" .',
        '100 10 "U" "Other" "!.*!https://example.org!" .',
        '100 10 "S" "Meta:SMP" "" example.org.',
    ],
)
async def test_records_that_lead_astray(asking: Api, network: Any, record: str) -> None:
    """Whoever is registered decides where the service goes: nowhere inside."""
    network.join("0208:0403170701", BILLING)
    (name,) = network.names.records
    network.names.records[name] = [record]
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", "UNAVAILABLE")
    assert network.publisher.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"not XML",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0" encoding="nonsense"?><x/>',
        GROUP % b"",
        GROUP % b"<ServiceMetadataReferences/>",
        GROUP % (ANOTHER + b"<ServiceMetadataReferenceCollection/>"),
    ],
)
async def test_publishers_that_answer_something_else(
    asking: Api, network: Any, body: bytes
) -> None:
    """What is no service group, half of one, or that of another participant says nothing."""
    network.join("0208:0403170701", BILLING)
    network.publish("0208:0403170701", body)
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", "UNAVAILABLE")
