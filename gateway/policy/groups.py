"""Groups of entity types that a policy may name in place of each type. A type may be in several.

Knows nothing of levels. `sepal policy entities` lists them; a test sees that every type is in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.detection.findings import HIDDEN
from gateway.detection.topics import TOPICS

NO_SPAN = TOPICS | {HIDDEN}
"""Types of which nothing can be replaced: what a text tells, and what can't be read."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NATIONAL = _words(
    """
    AR_CUIT AT_SOCIAL_SECURITY AU_TFN BALTIC_PERSONAL_CODE BE_NATIONAL_NUMBER BG_EGN BR_CPF CA_SIN CH_AHV CL_RUT
    CN_MILITARY_ID CN_PASSPORT CN_RESIDENT_ID CN_SOCIAL_INSURANCE CN_TRAVEL_PERMIT CZ_BIRTH_NUMBER DE_ID_CARD
    DE_SOCIAL_SECURITY DE_TAX_ID DE_TAX_NUMBER DK_CPR DRIVER_LICENSE ES_NIE ES_NIF FI_PERSONAL_IDENTITY_CODE FR_NIR
    GOVERNMENT_ID GR_AMKA HK_ID HR_OIB IE_PPS IL_ID IN_AADHAAR IN_PAN IN_VOTER IT_FISCAL_CODE JMBG JP_MY_NUMBER
    KR_DRIVER_LICENSE KR_FRN KR_RRN MX_CURP MY_NRIC NG_NIN NL_BSN NO_BIRTH_NUMBER PASSPORT PK_CNIC PL_PESEL
    PT_CITIZEN_CARD PT_NIF RO_CNP RU_INN RU_SNILS SE_PERSONNUMMER SG_NRIC_FIN TAX_ID TH_TNIN TR_NATIONAL_ID
    TW_NATIONAL_ID UK_DRIVING_LICENCE UK_NINO US_DRIVER_LICENSE US_ITIN US_SSN ZA_ID_NUMBER
    """
)

GROUPS: Mapping[str, frozenset[str]] = {
    "contact": frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "STREET_ADDRESS", "ZIP_CODE", "SOCIAL_ACCOUNT"}),
    "identity": _NATIONAL | {"PERSON", "DATE_OF_BIRTH", "BIRTH_MONTH", "CUSTOMER_ID"},
    "national_id": _NATIONAL,
    "financial": frozenset(
        {
            "ABA_ROUTING_NUMBER", "BANK_ACCOUNT", "CREDIT_CARD", "CRYPTO", "FINANCE", "IBAN_CODE", "IN_UPI_ID",
            "US_BANK_NUMBER",
        }
    ),
    "health": frozenset(
        {
            "AU_MEDICARE", "DE_HEALTH_INSURANCE", "HEALTH", "INSURANCE_NUMBER", "MEDICAL_LICENSE",
            "MEDICAL_RECORD_NUMBER", "UK_NHS", "US_MBI", "US_NPI",
        }
    ),
    "credentials": frozenset({"API_KEY", "PASSWORD", "PRIVATE_KEY", "RECOVERY_PHRASE", "VERIFICATION_CODE"}),
    "location": frozenset({"COORDINATES", "LOCATION", "STREET_ADDRESS", "WHEREABOUTS", "ZIP_CODE"}),
    "device": frozenset({"IMEI", "IP_ADDRESS", "LICENSE_PLATE", "MAC_ADDRESS", "VIN"}),
    "business": frozenset(
        {
            "BR_CNPJ", "CN_SOCIAL_CREDIT_CODE", "CONFIDENTIAL_BUSINESS", "IN_GSTIN", "JP_CORPORATE_NUMBER", "KR_BRN",
            "ORGANIZATION", "VAT_ID",
        }
    ),
    "special_category": frozenset({"ETHNICITY", "HEALTH", "POLITICS", "RELIGION", "SEXUALITY", "TRADE_UNION"}),
    "private_matter": TOPICS,
    "hidden": frozenset({"ENCODED_CONTENT", "SPELLED_NUMBER"}),
    "general": frozenset({"DATE_TIME", "PUBLIC_FIGURE", "URL"}),
}  # fmt: skip

MEANING: Mapping[str, str] = {
    "contact": "how somebody is reached",
    "identity": "who somebody is, numbers of states included",
    "national_id": "numbers that a state gave to one person",
    "financial": "accounts, cards, wallets, and what somebody tells of their money",
    "health": "numbers of health services, and what somebody tells of their health",
    "credentials": "what opens a door",
    "location": "where somebody or something is",
    "device": "what marks a device or a vehicle",
    "business": "numbers and names of firms, and their secrets",
    "special_category": "special categories of personal data (GDPR, article 9)",
    "private_matter": "what a text tells of somebody, whatever is named in it",
    "hidden": "what is encoded or spelled out so that it can't be told",
    "general": "what says nothing of a private person by itself",
}


def expand(names: Iterable[str]) -> frozenset[str]:
    """The types that `names` (types and groups) stand for; a name that is no group is taken for a type."""
    return frozenset(entity for name in names for entity in GROUPS.get(name, (name,)))
