"""Each known trap of company identifiers, one test each."""

from __future__ import annotations

import pytest

from clientgraph import IdentifierError


def test_siret_gives_siren_and_vat(kinds):
    """A SIRET contains its SIREN, from which the VAT number is computed."""
    assert kinds["FR_SIRET"].derive("73282932000074") == {
        "FR_SIREN": "732829320",
        "FR_VAT": "FR44732829320",
    }


def test_vat_key_of_one_digit_keeps_its_zero(kinds):
    """The key of a French VAT number has two digits even below ten."""
    assert kinds["FR_SIREN"].derive("300076965") == {"FR_VAT": "FR00300076965"}


@pytest.mark.parametrize(
    "text",
    ["fr 27 552032534", "27552032534", "FR27 552.032.534", "\uff26\uff32\uff12\uff17552032534"],
)
def test_french_vat_as_people_type_it(kinds, text):
    """Prefix, spaces, dots, case and full-width characters do not matter."""
    assert kinds["FR_VAT"].parse(text) == "FR27552032534"


def test_french_vat_gives_siren(kinds):
    """A numeric key proves that the rest is the SIREN."""
    assert kinds["FR_VAT"].derive("FR27552032534") == {"FR_SIREN": "552032534"}


def test_french_vat_with_letter_key_gives_no_siren(kinds):
    """A key with letters is not computed from a SIREN."""
    assert kinds["FR_VAT"].parse("FRK7399859412") == "FRK7399859412"
    assert kinds["FR_VAT"].derive("FRK7399859412") == {}


def test_letter_key_needs_the_prefix(refusal):
    """Without FR, letters in front may be another country's prefix."""
    assert refusal("FR_VAT", "K7399859412") == "INVALID_FORMAT"
    assert refusal("FR_VAT", "BE0123456749") == "INVALID_FORMAT"


def test_prefix_is_taken_off_once(refusal):
    """A doubled prefix is a typing error."""
    assert refusal("FR_VAT", "FRFR27552032534") == "INVALID_FORMAT"
    assert refusal("DE_VAT", "DEDE168812780") == "INVALID_FORMAT"


def test_monaco_is_a_french_vat_number_without_siren(kinds, refusal):
    """Monaco's numbers start with FR and 000; the prefix MC does not exist."""
    assert kinds["FR_VAT"].parse("FR 53 000004605") == "FR53000004605"
    assert kinds["FR_VAT"].derive("FR53000004605") == {}
    assert kinds["MC_VAT"].parse("53000004605") == "FR53000004605"
    assert refusal("FR_VAT", "MC53000004605") == "INVALID_FORMAT"
    assert refusal("MC_VAT", "FR27552032534") == "INVALID_COMPONENT"


@pytest.mark.parametrize("siret", ["35600000000048", "35600000049837"])
def test_la_poste(kinds, siret):
    """La Poste's establishments follow the sum of digits, its head office follows Luhn."""
    assert kinds["FR_SIRET"].parse(siret) == siret
    assert kinds["FR_SIRET"].derive(siret)["FR_VAT"] == "FR39356000000"


def test_la_poste_sum_is_checked(refusal):
    """A digit sum that is no multiple of five is refused."""
    assert refusal("FR_SIRET", "35600000049838") == "INVALID_CHECKSUM"


def test_overseas_departments_have_french_numbers(kinds):
    """Guadeloupe, Guyane, Martinique, Mayotte and Réunion have no kinds of their own."""
    assert {kind.country for kind in kinds.values()}.isdisjoint({"GP", "GF", "MQ", "YT", "RE"})
    assert kinds["FR_SIRET"].country == "FR"


@pytest.mark.parametrize(
    ("key", "text", "stored"),
    [
        ("FR_SIREN", "552032534.0", "552032534"),
        ("FR_SIREN", "5.52032534E8", "552032534"),
        ("FR_SIREN", "5,52032534E+08", "552032534"),
        ("FR_SIRET", "7.3282932000074E13", "73282932000074"),
        ("BE_ENTERPRISE", "123456749", "0123456749"),
        ("BE_ENTERPRISE", "123456749.0", "0123456749"),
        ("CZ_ICO", "6947", "00006947"),
        ("FR_SIREN", "'552032534", "552032534"),
        ("GB_CRN", "1234567.0", "01234567"),
        ("IT_VAT", "188640148", "IT00188640148"),
    ],
)
def test_spreadsheet_damage_is_repaired(kinds, key, text, stored):
    """Floats, powers of ten and lost zeros come back as the number that was meant."""
    assert kinds[key].parse(text) == stored


def test_cut_off_digits_are_not_invented(kinds):
    """A number shortened to six digits is refused with the way out."""
    with pytest.raises(IdentifierError) as refused:
        kinds["FR_SIRET"].parse("7.32829E+13")
    assert refused.value.code == "INVALID_FORMAT"
    assert "format the column as text" in refused.value.hint


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("FR_SIREN", "52032534", "INVALID_LENGTH"),
        ("FR_SIRET", "552032534", "INVALID_LENGTH"),
        ("BE_ENTERPRISE", "12345674", "INVALID_LENGTH"),
        ("BE_ENTERPRISE", "123456748", "INVALID_CHECKSUM"),
        ("FI_VAT", "FI6784563", "INVALID_LENGTH"),
        ("CZ_ICO", "47", "INVALID_LENGTH"),
        ("NL_KVK", "1234567", "INVALID_FORMAT"),
    ],
)
def test_zeros_are_not_restored_blindly(refusal, key, text, code):
    """Not after a prefix, not where much is missing, nothing is checked or the check fails."""
    assert refusal(key, text) == code


def test_belgian_forms(kinds, refusal):
    """Ten digits from 0 or 1; the old nine-digit VAT number gets its zero."""
    assert kinds["BE_ENTERPRISE"].parse("0123.456.749") == "0123456749"
    assert kinds["BE_ENTERPRISE"].parse("BE 0123.456.749") == "0123456749"
    assert kinds["BE_VAT"].parse("BE 123.456.749") == "BE0123456749"
    assert kinds["BE_VAT"].parse("0123456749") == "BE0123456749"
    assert kinds["BE_VAT"].format("BE0123456749") == "BE 0123.456.749"
    assert kinds["BE_ENTERPRISE"].parse("1400521335") == "1400521335"
    assert refusal("BE_ENTERPRISE", "2.000.000.339") == "INVALID_COMPONENT"


def test_belgian_vat_gives_enterprise_number_and_not_back(kinds):
    """An enterprise need not be liable for VAT."""
    assert kinds["BE_VAT"].derive("BE0123456749") == {"BE_ENTERPRISE": "0123456749"}
    assert kinds["BE_ENTERPRISE"].derive("0123456749") == {}


def test_belgian_establishment_unit(kinds, refusal):
    """Units start with 2 and end in 97 minus the rest."""
    assert kinds["BE_ESTABLISHMENT"].parse("2.000.000.339") == "2000000339"
    assert refusal("BE_ESTABLISHMENT", "2000000338") == "INVALID_CHECKSUM"
    assert refusal("BE_ESTABLISHMENT", "0123456749") == "INVALID_COMPONENT"
    assert refusal("BE_ESTABLISHMENT", "200000033") == "INVALID_LENGTH"
    assert refusal("BE_ESTABLISHMENT", "20000OO339") == "INVALID_FORMAT"


def test_greece_is_stored_with_el(kinds):
    """GR and EL are the same country; VIES wants EL."""
    assert kinds["GR_VAT"].parse("GR 065099393") == "EL065099393"
    assert kinds["GR_VAT"].parse("el065099393") == "EL065099393"
    assert kinds["GR_VAT"].parse("65099393") == "EL065099393"


def test_northern_ireland_is_not_great_britain(kinds, refusal):
    """XI numbers keep their prefix and give the British number of the same digits."""
    assert kinds["XI_VAT"].parse("XI 9418 40283") == "XI941840283"
    assert kinds["XI_VAT"].derive("XI941840283") == {"GB_VAT": "GB941840283"}
    assert refusal("XI_VAT", "GB941840283") == "INVALID_FORMAT"
    assert refusal("GB_VAT", "XI941840283") == "INVALID_FORMAT"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("sc 123456", "SC123456"),
        ("1234567", "01234567"),
        ("SC12345", "SC012345"),
        ("IP12345R", "IP12345R"),
        ("R0000123", "R0000123"),
        ("00000006", "00000006"),
    ],
)
def test_companies_house_numbers(kinds, text, stored):
    """Eight characters, filled up with zeros after the prefix."""
    assert kinds["GB_CRN"].parse(text) == stored


def test_companies_house_refusals(refusal):
    """Unknown prefixes, short numbers and letters in the wrong place are refused."""
    assert refusal("GB_CRN", "XX123456") == "INVALID_COMPONENT"
    assert refusal("GB_CRN", "12345") == "INVALID_LENGTH"
    assert refusal("GB_CRN", "123456789") == "INVALID_LENGTH"
    assert refusal("GB_CRN", "12A45678") == "INVALID_FORMAT"
    assert refusal("GB_CRN", "SC12345R") == "INVALID_FORMAT"


@pytest.mark.parametrize("ending", ["MWST", "TVA", "iva", "TPV", ""])
def test_swiss_vat_is_one_number_in_all_languages(kinds, ending):
    """The suffix is language, not identity; the stored one is MWST."""
    assert kinds["CH_VAT"].parse(f"CHE-159.556.039 {ending}") == "CHE159556039MWST"


def test_numbers_inside_vat_numbers(kinds):
    """VAT numbers that are a register number with a prefix give it."""
    assert kinds["CH_VAT"].derive("CHE159556039MWST") == {"CH_UID": "CHE159556039"}
    assert kinds["NO_MVA"].derive("NO919089652MVA") == {"NO_ORGNR": "919089652"}
    assert kinds["FI_VAT"].derive("FI24956613") == {"FI_YTUNNUS": "24956613"}
    assert kinds["DK_VAT"].derive("DK17516256") == {"DK_CVR": "17516256"}


def test_personal_parts_are_not_derived(kinds):
    """A Swedish or Czech sole trader's VAT number holds a personal number, not a company's."""
    assert kinds["SE_VAT"].parse("SE880320001601") == "SE880320001601"
    assert kinds["SE_VAT"].derive("SE880320001601") == {}
    assert kinds["CZ_VAT"].derive(kinds["CZ_VAT"].parse("CZ395601439")) == {}
    assert kinds["CZ_VAT"].derive("CZ22560653") == {"CZ_ICO": "22560653"}


def test_personal_numbers_are_refused_by_company_kinds(refusal):
    """The sixteen-letter codice fiscale, a personal PAN and a birthday kennitala are persons'."""
    assert refusal("IT_CF", "RSSMRA85T10A562S") == "INVALID_FORMAT"
    assert refusal("IN_PAN", "ABCPE1234F") == "INVALID_FORMAT"
    assert refusal("SE_ORGNR", "8803200016") == "INVALID_FORMAT"


@pytest.mark.parametrize(
    "text",
    ["552 032 534 R.C.S. Paris", "RCS PARIS B 552 032 534", "rcs paris 552032534"],
)
def test_french_trade_register_mention(kinds, text):
    """The mention is one however it is written; it gives the SIREN."""
    assert kinds["FR_RCS"].parse(text) == "552032534 RCS PARIS"
    assert kinds["FR_RCS"].derive("552032534 RCS PARIS") == {
        "FR_SIREN": "552032534",
        "FR_VAT": "FR27552032534",
    }


def test_towns_of_the_trade_register(kinds, refusal):
    """Towns may have several words, accents and hyphens; the number is checked."""
    parse = kinds["FR_RCS"].parse
    assert parse("RCS Saint-Étienne 552032534") == "552032534 RCS SAINT ETIENNE"
    assert parse("RCS Le Mans B 552 032 534") == "552032534 RCS LE MANS"
    assert refusal("FR_RCS", "RCS Paris 552032535") == "INVALID_CHECKSUM"
    assert refusal("FR_RCS", "552032534 RCS Paris 552032534") == "INVALID_FORMAT"
    assert refusal("FR_RCS", "RCS Paris") == "INVALID_FORMAT"


def test_registers_with_their_own_spelling(kinds, refusal):
    """Luxembourg's letter, Austria's small letter, Germany's court."""
    assert kinds["LU_RCS"].parse("RCS Luxembourg B 012.345") == "B12345"
    assert kinds["AT_FN"].parse("123456A") == "FN123456A"
    assert kinds["AT_FN"].format("FN123456A") == "FN 123456a"
    assert kinds["DE_HRB"].parse("münchen hrb 42243") == "München HRB 42243"
    assert kinds["DE_HRB"].parse("HRB 42243, München") == "München HRB 42243"
    assert refusal("DE_HRB", "Paris HRB 42243") == "INVALID_COMPONENT"
    assert refusal("LU_RCS", "123456") == "INVALID_FORMAT"


def test_eori_needs_a_country_of_the_union(kinds, refusal):
    """Great Britain has its own EORI since 2021, Northern Ireland uses XI."""
    assert kinds["EU_EORI"].parse("xi 123456789000") == "XI123456789000"
    assert refusal("EU_EORI", "US123456") == "INVALID_COMPONENT"
    assert refusal("EU_EORI", "FR") == "INVALID_FORMAT"
    assert kinds["GB_EORI"].parse("GB123456789000") == "GB123456789000"


def test_zeros_are_no_number(refusal):
    """Placeholders pass Luhn and mod 97, and are refused."""
    assert refusal("FR_SIREN", "000 000 000") == "INVALID_COMPONENT"
    assert refusal("GB_VAT", "GB000000000") == "INVALID_COMPONENT"


def test_gln_has_thirteen_digits(kinds, refusal):
    """Other lengths of the same family are article numbers."""
    assert kinds["GLN"].parse("4022443285505.0") == "4022443285505"
    assert refusal("GLN", "73513537") == "INVALID_FORMAT"


def test_hint_tells_the_reason(kinds):
    """A refusal says why; the API adds the kind's example to it."""
    with pytest.raises(IdentifierError) as refused:
        kinds["FR_SIREN"].parse("552032535")
    assert refused.value.code == "INVALID_CHECKSUM"
    assert refused.value.hint == "the check digits do not match: look for a typing error"
