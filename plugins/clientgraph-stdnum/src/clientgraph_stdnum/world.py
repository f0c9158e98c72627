"""Kinds of the countries outside the European Union, and international ones."""

from __future__ import annotations

from typing import Final

from clientgraph_stdnum.row import INTERNATIONAL, Nature, Row

VAT, TAX, REGISTER, ROUTE = Nature.VAT, Nature.TAX, Nature.REGISTER, Nature.ROUTE

BRITISH: Final = (
    Row("GB_VAT", "gb.vat", VAT, "GB959968876", prefix="GB", width=9, zeros=2),
    Row(
        "XI_VAT", "gb.vat", VAT, "XI941840283", prefix="XI", country="GB",
        labels=(
            "VAT number (Northern Ireland)", "N° TVA (Irlande du Nord)",
            "Btw-nummer (Noord-Ierland)", "USt-IdNr. (Nordirland)",
        ),
    ),
    Row(
        "GB_CRN", "", REGISTER, "SC123456", codes=(),
        labels=(
            "Company registration number (United Kingdom)",
            "N° Companies House (Royaume-Uni)",
            "Companies House-nummer (Verenigd Koninkrijk)",
            "Companies-House-Nummer (Vereinigtes Königreich)",
        ),
    ),
    Row("GB_UTR", "gb.utr", TAX, "1750458736", name="UTR", width=10),
    Row(
        "GB_EORI", "", REGISTER, "GB123456789000", prefix="GB", shape=r"\d{12}|\d{15}",
        labels=(
            "EORI number (United Kingdom)", "N° EORI (Royaume-Uni)",
            "EORI-nummer (Verenigd Koninkrijk)", "EORI-Nummer (Vereinigtes Königreich)",
        ),
    ),
)  # fmt: skip

EUROPE: Final = (
    Row(
        "CH_UID", "ch.uid", REGISTER, "CHE-122.700.945", prefix="CHE", asked="CHE",
        mask=("###-###.###.###",),
        labels=("UID (Switzerland)", "IDE (Suisse)", "UID (Zwitserland)", "UID (Schweiz)"),
    ),
    Row(
        "CH_VAT", "ch.uid", VAT, "CHE-159.556.039 MWST", prefix="CHE", asked="CHE", suffix="MWST",
        endings=("MWST", "TVA", "IVA", "TPV", "VAT"), mask=("###-###.###.### ####",),
        labels=(
            "VAT number (Switzerland)", "N° TVA (Suisse)",
            "Btw-nummer (Zwitserland)", "MWST-Nummer (Schweiz)",
        ),
    ),
    Row("LI_PEID", "li.peid", TAX, "1056405", name="PEID"),
    Row(
        "MC_VAT", "mc.tva", VAT, "FR 53 000 090 353", prefix="FR", asked="FR", bare=r"\d{11}",
        mask=("## ## ### ### ###",),
    ),
    Row("AD_NRT", "ad.nrt", TAX, "U-197836-Y", name="NRT", mask=("#-######-#",)),
    Row("SM_COE", "sm.coe", TAX, "55", name="COE"),
    Row(
        "NO_ORGNR", "no.orgnr", REGISTER, "904 823 120", name="Organisasjonsnummer",
        mask=("### ### ###",),
    ),
    Row(
        "NO_MVA", "no.orgnr", VAT, "NO 919 089 652 MVA", prefix="NO", suffix="MVA",
        endings=("MVA",), name="MVA", mask=("## ### ### ### ###",),
    ),
    Row(
        "IS_KENNITALA", "is_.kennitala", REGISTER, "450409-0140", name="Kennitala",
        shape=r"[4-7]\d{9}", mask=("######-####",),
    ),
    Row("IS_VSK", "is_.vsk", VAT, "07721", name="VSK"),
    Row("FO_VN", "fo.vn", TAX, "673676", name="V-tal"),
    Row("AL_NIPT", "al.nipt", TAX, "J90904828U", name="NIPT"),
    Row("RS_PIB", "rs.pib", TAX, "119137278", name="PIB"),
    Row("ME_PIB", "me.pib", TAX, "08681872", name="PIB", width=8),
    Row("MK_EDB", "mk.edb", TAX, "4773266769400", name="EDB"),
    Row("MD_IDNO", "md.idno", REGISTER, "1971512536721", name="IDNO"),
    Row("UA_EDRPOU", "ua.edrpou", REGISTER, "34406065", name="EDRPOU", width=8, zeros=3),
    Row("BY_UNP", "by.unp", TAX, "293330827", name="UNP"),
    Row("RU_INN", "ru.inn", TAX, "7932020132", name="INN", width=10),
    Row("RU_OGRN", "ru.ogrn", REGISTER, "1636759895375", name="OGRN"),
    Row("TR_VKN", "tr.vkn", TAX, "4049530582", name="VKN", width=10),
)  # fmt: skip

AMERICAS: Final = (
    Row("US_EIN", "us.ein", TAX, "91-1148096", name="EIN", mask=("##-#######",)),
    Row("CA_BN", "ca.bn", TAX, "129463105RC8067", name="BN"),
    Row("MX_RFC", "mx.rfc", TAX, "GAB861230GR9", name="RFC"),
    Row(
        "BR_CNPJ", "br.cnpj", TAX, "14.826.699/0114-35", name="CNPJ",
        width=14, zeros=2, mask=("##.###.###/####-##",),
    ),
    Row("AR_CUIT", "ar.cuit", TAX, "34-47994548-0", name="CUIT", mask=("##-########-#",)),
    Row("CL_RUT", "cl.rut", TAX, "795627588", name="RUT"),
    Row("CO_NIT", "co.nit", TAX, "845793091", name="NIT"),
    Row("CR_CPJ", "cr.cpj", TAX, "3-101-994183", name="Cédula jurídica", mask=("#-###-######",)),
    Row("DO_RNC", "do.rnc", TAX, "107831551", name="RNC"),
    Row("EC_RUC", "ec.ruc", TAX, "1792061334521", name="RUC", width=13),
    Row("GT_NIT", "gt.nit", TAX, "529004K", name="NIT"),
    Row("PE_RUC", "pe.ruc", TAX, "20682997231", name="RUC"),
    Row("PY_RUC", "py.ruc", TAX, "881245020", name="RUC"),
    Row("SV_NIT", "sv.nit", TAX, "0614-073384-029-4", name="NIT", mask=("####-######-###-#",)),
    Row("UY_RUT", "uy.rut", TAX, "211008430010", name="RUT"),
    Row("VE_RIF", "ve.rif", TAX, "J129728832", name="RIF"),
)  # fmt: skip

ASIA_PACIFIC: Final = (
    Row("AU_ABN", "au.abn", TAX, "85 000 954 014", name="ABN", mask=("## ### ### ###",)),
    Row(
        "AU_ACN", "au.acn", REGISTER, "038 811 255", name="ACN",
        width=9, zeros=3, mask=("### ### ###",),
    ),
    Row("NZ_IRD", "nz.ird", TAX, "45000893", name="IRD"),
    Row("JP_CN", "jp.cn", REGISTER, "5917867724843", name="法人番号"),
    Row("CN_USCC", "cn.uscc", REGISTER, "91110871868796023R", name="USCC"),
    Row("TW_UBN", "tw.ubn", TAX, "02942442", name="UBN", width=8, zeros=2),
    Row("KR_BRN", "kr.brn", TAX, "140-79-65771", name="BRN", mask=("###-##-#####",)),
    Row("SG_UEN", "sg.uen", REGISTER, "201017138R", name="UEN"),
    Row("TH_MOA", "th.moa", REGISTER, "0105509577541", name="MOA", width=13),
    Row("VN_MST", "vn.mst", TAX, "0285868696", name="MST", width=10),
    Row("ID_NPWP", "id.npwp", TAX, "033485798206683", name="NPWP", width=15),
    Row("IN_GSTIN", "in_.gstin", VAT, "28AAPCU2434F8ZY", name="GSTIN"),
    Row("IN_PAN", "in_.pan", TAX, "AAPCU0810N", name="PAN", shape=r"[A-Z]{3}[^P][A-Z]\d{4}[A-Z]"),
    Row("AZ_VOEN", "az.voen", TAX, "1776746121", name="VÖEN"),
    Row("IL_HP", "il.hp", REGISTER, "580845816", name="ח״פ"),
)  # fmt: skip

AFRICA: Final = (
    Row("MA_ICE", "ma.ice", TAX, "001569648222583", name="ICE", width=15, zeros=3),
    Row("DZ_NIF", "dz.nif", TAX, "410547668614547", name="NIF"),
    Row("TN_MF", "tn.mf", TAX, "1234521MAE880", name="MF"),
    Row("EG_TN", "eg.tn", TAX, "129-482-193", mask=("###-###-###",)),
    Row("SN_NINEA", "sn.ninea", TAX, "3022655", name="NINEA"),
    Row("GN_NIFP", "gn.nifp", TAX, "689417012", name="NIFp"),
    Row("GH_TIN", "gh.tin", TAX, "C0039067335", name="TIN"),
    Row("KE_PIN", "ke.pin", TAX, "P052226588P", name="PIN"),
    Row("MZ_NUIT", "mz.nuit", TAX, "438997148", name="NUIT"),
    Row("ZA_TIN", "za.tin", TAX, "9001378794", name="TIN", width=10, zeros=3),
)  # fmt: skip

EVERYWHERE: Final = (
    Row(
        "LEI", "lei", REGISTER, "923257KUD7LAJWSQ7D49", country=INTERNATIONAL,
        labels=("LEI", "Code LEI", "LEI-code", "LEI-Code"),
    ),
    Row(
        "BIC", "bic", ROUTE, "BNPAFRPPXXX", country=INTERNATIONAL, unique=False,
        labels=("BIC", "Code BIC", "BIC-code", "BIC-Code"),
    ),
    Row(
        "GLN", "ean", REGISTER, "4022443285505", country=INTERNATIONAL, shape=r"\d{13}", width=13,
        labels=(
            "GLN (Global Location Number)", "GLN (code lieu-fonction)",
            "GLN (Global Location Number)", "GLN (Globale Lokationsnummer)",
        ),
    ),
    Row(
        "DUNS", "", REGISTER, "12-345-6789", country=INTERNATIONAL, shape=r"\d{9}",
        labels=("D-U-N-S number", "N° D-U-N-S", "D-U-N-S-nummer", "D-U-N-S-Nummer"),
        mask=("##-###-####",),
    ),
)  # fmt: skip

ROWS: Final = (*BRITISH, *EUROPE, *AMERICAS, *ASIA_PACIFIC, *AFRICA, *EVERYWHERE)
