"""clientgraph plugin: companies of Poland, from the white list of VAT payers and the KRS."""

from __future__ import annotations

from clientgraph import CompanyRegistry, OutboundService, hookimpl
from clientgraph_pl.api import COURT_REGISTER, WHITE_LIST, by_krs, by_tax_number
from clientgraph_pl.mapping import COURT_ATTRIBUTION, LIST_ATTRIBUTION

__all__ = ["company_registries", "outbound_services"]


@hookimpl
def outbound_services() -> list[OutboundService]:
    """Both open APIs. The white list takes 100 searches a day from an address; asked twice on one
    day, it is not asked again.
    """
    return [
        OutboundService(
            key=WHITE_LIST,
            base_url="https://wl-api.mf.gov.pl/api",
            requests=100,
            per_seconds=86_400,
            attempts=1,
            cache=86_400,
        ),
        OutboundService(
            key=COURT_REGISTER, base_url="https://api-krs.ms.gov.pl/api/krs", cache=3600
        ),
    ]


@hookimpl(version=2)
def company_registries() -> list[CompanyRegistry]:
    """Two registers, each asked by its own numbers; neither can be searched by name."""
    return [
        CompanyRegistry(
            key="PL_WHITE_LIST",
            label={
                "en": "VAT payers of Poland (white list)",
                "fr": "Assujettis à la TVA de Pologne (liste blanche)",
                "nl": "Btw-plichtigen van Polen (witte lijst)",
                "de": "Umsatzsteuerpflichtige Polens (weiße Liste)",
            },
            attribution=LIST_ATTRIBUTION,
            lookup=by_tax_number,
            kinds=frozenset({"PL_NIP", "PL_VAT", "PL_REGON"}),
        ),
        CompanyRegistry(
            key="PL_KRS",
            label={
                "en": "Court register of Poland (KRS)",
                "fr": "Registre judiciaire de Pologne (KRS)",
                "nl": "Gerechtelijk register van Polen (KRS)",
                "de": "Landesgerichtsregister Polens (KRS)",
            },
            attribution=COURT_ATTRIBUTION,
            lookup=by_krs,
            kinds=frozenset({"PL_KRS"}),
        ),
    ]
