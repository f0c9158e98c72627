"""Kinds of the member states of the European Union, and those of the Union itself."""

from __future__ import annotations

from typing import Final

from clientgraph_stdnum.row import INTERNATIONAL, Nature, Row

VAT, TAX, REGISTER = Nature.VAT, Nature.TAX, Nature.REGISTER
ESTABLISHMENT, ROUTE = Nature.ESTABLISHMENT, Nature.ROUTE

FRANCE: Final = (
    Row(
        "FR_SIREN", "fr.siren", REGISTER, "552 032 534",
        labels=("SIREN number", "N° SIREN", "SIREN-nummer", "SIREN-Nummer"),
        width=9, zeros=3, mask=("### ### ###",),
    ),
    Row(
        "FR_SIRET", "fr.siret", ESTABLISHMENT, "732 829 320 00074",
        labels=("SIRET number", "N° SIRET", "SIRET-nummer", "SIRET-Nummer"),
        width=14, zeros=3, mask=("### ### ### #####",),
    ),
    Row(
        "FR_RCS", "", REGISTER, "552 032 534 RCS PARIS",
        labels=(
            "RCS number (France)", "N° RCS", "RCS-nummer (Frankrijk)", "RCS-Nummer (Frankreich)",
        ),
        spaced=True,
    ),
    Row(
        "FR_VAT", "fr.tva", VAT, "FR 27 552 032 534", prefix="FR", width=11, bare=r"\d{11}",
        labels=(
            "VAT number (France)", "N° TVA intracommunautaire (France)",
            "Btw-nummer (Frankrijk)", "USt-IdNr. (Frankreich)",
        ),
        mask=("## ## ### ### ###",),
    ),
    Row(
        "FR_RNA", "", REGISTER, "W751234567", shape=r"W\d[0-9A-Z]\d{7}",
        labels=(
            "RNA number (association, France)", "N° RNA (association)",
            "RNA-nummer (vereniging, Frankrijk)", "RNA-Nummer (Verein, Frankreich)",
        ),
    ),
    Row(
        "FR_ACCISE", "fr.accise", TAX, "FR023003N4025",
        labels=(
            "Excise number (France)", "N° d'accise",
            "Accijnsnummer (Frankrijk)", "Verbrauchsteuernummer (Frankreich)",
        ),
    ),
)  # fmt: skip

BENELUX: Final = (
    Row(
        "BE_ENTERPRISE", "be.vat", REGISTER, "0123.456.749",
        width=10, fills=True, mask=("####.###.###",),
        labels=(
            "Enterprise number (Belgium)", "Numéro d'entreprise (Belgique)",
            "Ondernemingsnummer", "Unternehmensnummer (Belgien)",
        ),
    ),
    Row(
        "BE_VAT", "be.vat", VAT, "BE 0123.456.749", prefix="BE", width=10, fills=True,
        mask=("## ####.###.###",),
    ),
    Row(
        "BE_ESTABLISHMENT", "", ESTABLISHMENT, "2.000.000.339", mask=("#.###.###.###",),
        labels=(
            "Establishment unit number (Belgium)", "Numéro d'unité d'établissement (Belgique)",
            "Vestigingseenheidsnummer", "Niederlassungseinheitsnummer (Belgien)",
        ),
    ),
    Row(
        "NL_KVK", "", REGISTER, "12345678", shape=r"\d{8}",
        labels=("KvK number", "N° KvK (Pays-Bas)", "KvK-nummer", "KvK-Nummer (Niederlande)"),
    ),
    Row(
        "NL_RSIN", "nl.bsn", REGISTER, "113300839", width=9,
        labels=("RSIN (Netherlands)", "RSIN (Pays-Bas)", "RSIN", "RSIN (Niederlande)"),
    ),
    Row("NL_VAT", "nl.btw", VAT, "NL059993315B84", prefix="NL"),
    Row(
        "LU_RCS", "", REGISTER, "B 123456",
        labels=(
            "RCS number (Luxembourg)", "N° RCS (Luxembourg)",
            "RCS-nummer (Luxemburg)", "RCS-Nummer (Luxemburg)",
        ),
    ),
    Row("LU_VAT", "lu.tva", VAT, "LU18331362", prefix="LU"),
)  # fmt: skip

GERMAN_SPEAKING: Final = (
    Row(
        "DE_HRB", "de.handelsregisternummer", REGISTER, "München HRB 42243", spaced=True,
        codes=(), rewrites=True,
        labels=(
            "Commercial register number (Germany)", "N° de registre du commerce (Allemagne)",
            "Handelsregisternummer (Duitsland)", "Handelsregisternummer",
        ),
    ),
    Row("DE_VAT", "de.vat", VAT, "DE168812780", prefix="DE"),
    Row("DE_STNR", "de.stnr", TAX, "18181066368", name="Steuernummer"),
    Row(
        "DE_WIDNR", "", TAX, "DE123456789-00001", prefix="DE", shape=r"\d{14}",
        name="W-IdNr.", mask=("###########-#####",),
    ),
    Row(
        "DE_LEITWEG", "de.leitweg", ROUTE, "991-03939-71", spaced=True, codes=(), unique=False,
        labels=("Leitweg-ID", "Leitweg-ID (Allemagne)", "Leitweg-ID (Duitsland)", "Leitweg-ID"),
    ),
    Row("AT_VAT", "at.uid", VAT, "ATU18243782", prefix="AT", name="UID"),
    Row(
        "AT_FN", "at.businessid", REGISTER, "FN 123456a", prefix="FN", codes=("FN", "ATFN"),
        labels=(
            "Company register number (Austria)", "N° de registre du commerce (Autriche)",
            "Firmenbuchnummer (Oostenrijk)", "Firmenbuchnummer (Österreich)",
        ),
    ),
    Row("AT_TIN", "at.tin", TAX, "57-538/8483", name="Abgabenkontonummer", mask=("##-###/####",)),
)  # fmt: skip

SOUTH: Final = (
    Row("ES_VAT", "es.nif", VAT, "ESB56392749", prefix="ES"),
    Row("ES_NIF", "es.nif", TAX, "B53004792", name="NIF"),
    Row("ES_CIF", "es.cif", TAX, "J93163178", name="CIF"),
    Row(
        "ES_CAE", "es.cae", TAX, "ES00008V1417P",
        labels=(
            "Excise establishment code (Spain)", "Code d'établissement d'accise (Espagne)",
            "Accijnsvestigingscode (Spanje)", "Verbrauchsteuer-Betriebscode (Spanien)",
        ),
    ),
    Row("PT_VAT", "pt.nif", VAT, "PT576615366", prefix="PT"),
    Row("PT_NIF", "pt.nif", TAX, "532 089 251", name="NIPC", mask=("### ### ###",)),
    Row("IT_VAT", "it.iva", VAT, "IT00188640148", prefix="IT", width=11, zeros=3),
    Row(
        "IT_CF", "it.codicefiscale", TAX, "04218750786", name="Codice fiscale", shape=r"\d{11}",
        width=11, zeros=3,
    ),
    Row("GR_VAT", "gr.vat", VAT, "EL065099393", prefix="EL", codes=("EL", "GR"), width=9),
    Row("GR_AFM", "gr.vat", TAX, "007120910", codes=("EL", "GR"), name="AFM", width=9),
    Row("CY_VAT", "cy.vat", VAT, "CY14349542A", prefix="CY"),
    Row("MT_VAT", "mt.vat", VAT, "MT15810070", prefix="MT"),
    Row("SI_VAT", "si.ddv", VAT, "SI56694407", prefix="SI"),
    Row("SI_MATICNA", "si.maticna", REGISTER, "9077049", name="Matična številka", rewrites=True),
    Row("HR_VAT", "hr.oib", VAT, "HR31660008820", prefix="HR", width=11),
    Row("HR_OIB", "hr.oib", TAX, "38145072352", name="OIB", width=11),
)  # fmt: skip

EAST: Final = (
    Row("PL_VAT", "pl.nip", VAT, "PL8133647348", prefix="PL"),
    Row("PL_NIP", "pl.nip", TAX, "865-717-09-32", name="NIP", mask=("###-###-##-##",)),
    Row("PL_REGON", "pl.regon", REGISTER, "194603370", name="REGON", width=9, zeros=3),
    Row("PL_KRS", "", REGISTER, "0000123456", name="KRS", shape=r"\d{10}"),
    Row("CZ_VAT", "cz.dic", VAT, "CZ22560653", prefix="CZ", name="DIČ"),
    Row("CZ_ICO", "cz.dic", REGISTER, "27435253", name="IČO", shape=r"\d{8}", width=8, zeros=4),
    Row("SK_VAT", "sk.dph", VAT, "SK2478116718", prefix="SK", name="IČ DPH"),
    Row("SK_ICO", "cz.dic", REGISTER, "32225784", name="IČO", shape=r"\d{8}", width=8, zeros=3),
    Row("HU_VAT", "hu.anum", VAT, "HU12724606", prefix="HU"),
    Row("RO_VAT", "ro.cui", VAT, "RO18027998", prefix="RO"),
    Row("RO_CUI", "ro.cui", TAX, "16631636", name="CUI"),
    Row(
        "RO_ONRC", "ro.onrc", REGISTER, "J40/4321/2009", name="ONRC", spaced=True, codes=(),
        rewrites=True,
    ),
    Row("BG_VAT", "bg.vat", VAT, "BG150296407", prefix="BG"),
    Row("BG_EIK", "bg.vat", REGISTER, "103454055", name="EIK", shape=r"\d{9}", width=9, zeros=3),
)  # fmt: skip

NORTH: Final = (
    Row("DK_VAT", "dk.cvr", VAT, "DK17516256", prefix="DK", name="Momsnummer"),
    Row("DK_CVR", "dk.cvr", REGISTER, "15528486", name="CVR"),
    Row("SE_VAT", "se.vat", VAT, "SE556182838401", prefix="SE", name="Momsnummer"),
    Row(
        "SE_ORGNR", "se.orgnr", REGISTER, "556182-0167", name="Organisationsnummer",
        shape=r"\d\d[2-9]\d{7}", mask=("######-####",),
    ),
    Row("FI_VAT", "fi.alv", VAT, "FI27243213", prefix="FI", name="ALV", width=8),
    Row(
        "FI_YTUNNUS", "fi.ytunnus", REGISTER, "2495661-3", name="Y-tunnus",
        width=8, mask=("#######-#",),
    ),
    Row(
        "FI_ASSOCIATION", "fi.associationid", REGISTER, "147.375", mask=("###.###",),
        name="Yhdistysrekisteri",
    ),
    Row("EE_VAT", "ee.kmkr", VAT, "EE101144247", prefix="EE", name="KMKR"),
    Row("EE_REGISTRIKOOD", "ee.registrikood", REGISTER, "12654416", name="Registrikood"),
    Row("LV_VAT", "lv.pvn", VAT, "LV48956994232", prefix="LV", name="PVN"),
    Row("LT_VAT", "lt.pvm", VAT, "LT138729714", prefix="LT", name="PVM"),
    Row("IE_VAT", "ie.vat", VAT, "IE6617995T", prefix="IE"),
    Row("IE_CRO", "", REGISTER, "123456", name="CRO", shape=r"\d{5,6}"),
)  # fmt: skip

UNION: Final = (
    Row(
        "EU_VAT_OSS", "eu.oss", VAT, "EU372023548", country=INTERNATIONAL,
        labels=(
            "One Stop Shop VAT number (EU)", "N° TVA guichet unique (UE)",
            "Btw-nummer eenloketsysteem (EU)", "USt-IdNr. One-Stop-Shop (EU)",
        ),
    ),
    Row(
        "EU_EORI", "", REGISTER, "FR73282932000074", country=INTERNATIONAL,
        labels=("EORI number", "N° EORI", "EORI-nummer", "EORI-Nummer"),
    ),
    Row(
        "EU_EXCISE", "eu.excise", TAX, "LU00000061233", country=INTERNATIONAL, rewrites=True,
        labels=(
            "Excise number (EU, SEED)", "N° d'accise (UE, SEED)",
            "Accijnsnummer (EU, SEED)", "Verbrauchsteuernummer (EU, SEED)",
        ),
    ),
    Row(
        "EU_SEPA_CREDITOR", "eu.at_02", ROUTE, "DE98ZZZ09979972603", country=INTERNATIONAL,
        labels=(
            "SEPA creditor identifier", "Identifiant créancier SEPA",
            "SEPA-incassant-ID", "SEPA-Gläubiger-Identifikationsnummer",
        ),
    ),
    Row(
        "EU_EIC", "eu.eic", REGISTER, "17XFR-RTE------W", country=INTERNATIONAL, spaced=True,
        shape=r"[0-9]{2}X.{13}",
        labels=(
            "EIC code (energy market party)", "Code EIC (acteur du marché de l'énergie)",
            "EIC-code (energiemarktpartij)", "EIC-Code (Marktteilnehmer Energie)",
        ),
    ),
)  # fmt: skip

ROWS: Final = (*FRANCE, *BENELUX, *GERMAN_SPEAKING, *SOUTH, *EAST, *NORTH, *UNION)
