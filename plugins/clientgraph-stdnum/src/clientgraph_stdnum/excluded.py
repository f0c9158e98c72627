"""Number modules of python-stdnum that make no identifier kind, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXCLUDED: Final[Mapping[str, tuple[str, ...]]] = {
    "Identity, tax or health numbers of persons: this plugin keeps none of them": (
        "ar.dni at.vnr au.tfn be.bis be.eid be.nn be.ssn bg.egn bg.pnf br.cpf ca.bc_phn ca.sin",
        "ch.ssn cn.ric cr.cpf cr.cr cu.ni cz.rc de.idnr dk.cpr do.cedula ec.ci ee.ik es.dni",
        "es.nie fi.hetu fi.veronumero fr.nif fr.nir gb.nhs gb.upn gr.amka id.nik ie.pps il.idnr",
        "in_.aadhaar in_.epic in_.vid jp.in_ kr.rrn lt.asmens mu.nid mx.curp my.nric",
        "nl.identiteitskaartnummer nl.onderwijsnummer no.fodselsnummer pe.cui pk.cnic pl.pesel",
        "pt.cc ro.cnp se.personnummer si.emso sk.rc th.pin tr.tckimlik ua.rntrc us.atin us.itin",
        "us.ptin us.ssn za.idnr",
    ),
    "Persons and companies in one: the kind for companies alone is kept": ("th.tin us.tin",),
    "The same numbers as a kind of the table, read by another module or rule": (
        "ch.vat eu.vat fr.rcs no.mva ro.cf vatin",
    ),
    "Bank accounts and payment references: clientgraph has its own bank accounts": (
        "ar.cbu be.iban be.ogm_vcs bitcoin ch.esr cz.bankaccount es.ccc es.iban iban iso11649",
        "me.iban no.iban no.kontonr nz.bankaccount us.rtn",
    ),
    "Postal codes: a part of addresses": (
        "at.postleitzahl es.postal_code nl.postcode se.postnummer",
    ),
    "Securities": ("cfi cusip de.wkn figi gb.sedol isin",),
    "Things, works, documents, places and classifications": (
        "casrn do.ncf es.cups es.referenciacatastral eu.banknote eu.ecnumber eu.nace grid gs1_128",
        "imei imo imsi isan isbn isil ismn isni isrc issn iso6346 it.aic mac meid nl.brin",
    ),
    "Check digit algorithms": (
        "damm luhn verhoeff iso7064.mod_11_10 iso7064.mod_11_2 iso7064.mod_37_2",
        "iso7064.mod_37_36 iso7064.mod_97_10",
    ),
}
"""Reason → module names, in lines separated by spaces."""
