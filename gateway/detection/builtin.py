"""Which of Presidio's own recognizers run, and what they need to be believed.

Presidio ties recognizers to languages; an identity number does not change with the language around
it, so each runs once for every text. Left out are those that another recognizer here replaces
(cards, e-mail, phone, passports, URLs), those whose patterns fit any number and have no check digit and
no telling context (licence plates, postal codes, claim numbers), and business registers.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import regex

from gateway.detection.presidio import EntityRecognizer, predefined_recognizers
from gateway.detection.recognizers.needs import needs, triggers


@dataclass(frozen=True, slots=True)
class Builtin:
    """One of Presidio's recognizers.

    Attributes:
        name: its class.
        digits: how many digits a number needs before it is worth running.
        languages: of its context words, with commas between; "any" for forms that no language changes.
        example: a made-up text in which it finds something.
        standard: what it follows.
        required: whether results prove nothing without a context word; its check digit is missing
            or passes one number in ten or so.
    """

    name: str
    digits: int
    required: bool
    languages: str
    example: str
    standard: str

    @property
    def context(self) -> tuple[str, ...]:
        """The words that replace Presidio's, if any."""
        return _CONTEXT.get(self.name, ())


# Words that replace Presidio's, where those are too common or only of one language.
_CONTEXT: dict[str, tuple[str, ...]] = {
    "UsSsnRecognizer": ("ssn", "ssns", "ss#", "social security", "social sec",),
    "UsItinRecognizer": ("itin", "taxpayer", "tax id", "individual taxpayer",),
    "UsBankRecognizer": ("account", "acct", "account number", "checking", "savings", "账号", "账户", "开户",),
    "UsLicenseRecognizer": (
        "driver license", "drivers license", "driver's license", "driver licence", "driving license",
        "driving licence", "license number", "licence number", "license no", "licence no", "license #",
        "dl", "dmv", "driver lic", "驾驶证", "驾照",
    ),
    "UsNpiRecognizer": ("npi", "national provider",),
    "AbaRoutingRecognizer": ("aba", "routing", "rtn", "transit number",),
    "MedicalLicenseRecognizer": ("dea", "medical license", "medical licence", "prescriber", "license number",),
    "NhsRecognizer": ("nhs", "national health service", "health service number",),
    "CaSinRecognizer": ("sin number", "social insurance", "my sin", "assurance sociale", "nas",),
    "InPanRecognizer": ("pan", "pan card", "permanent account", "income tax", "पैन",),
    "InAadhaarRecognizer": ("aadhaar", "aadhar", "adhaar", "uidai", "आधार",),
    "InVoterRecognizer": ("voter", "epic", "elector",),
    "PlPeselRecognizer": ("pesel",),
    "DeIdCardRecognizer": ("personalausweis", "ausweis", "ausweisnummer", "personalausweisnummer",),
    "ZaIdNumberRecognizer": ("south african id", "sa id", "id number", "identity number",),
}  # fmt: skip

# What else must be there, in small letters, for the costlier expressions to be worth running.
_SHAPES = {
    "IpRecognizer": r"\d\.\d{1,3}\.\d|:[0-9a-f]{0,4}:",
    "MacAddressRecognizer": r"[0-9a-f]{2}[:-][0-9a-f]{2}[:-]|[0-9a-f]{4}\.[0-9a-f]{4}\.",
    "DateRecognizer": r"\d[-/.]\w{1,9}[-/.]\d",
    "ItFiscalCodeRecognizer": r"[a-z]{6}\d",
    "UkNinoRecognizer": r"[a-z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[a-d]",
    "UsMbiRecognizer": r"\d[a-z][0-9a-z]\d-?[a-z]",
    "CryptoRecognizer": r"[a-z0-9]{26}",
}

BUILTINS = (
    Builtin("IpRecognizer", 2, False, "any", "connect to 51.15.80.12", "RFC 791, RFC 4291"),
    Builtin("MacAddressRecognizer", 2, False, "any", "MAC 3c:22:fb:1a:90:7e", "IEEE 802"),
    Builtin("IbanRecognizer", 12, False, "any", "IBAN DE89 3704 0044 0532 0130 00", "ISO 13616, ISO 7064"),
    Builtin("CryptoRecognizer", 3, False, "any",
            "wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "Base58Check, BIP 173, BIP 350"),
    Builtin("DateRecognizer", 3, False, "en", "on 2024-05-03 we met", "ISO 8601"),
    Builtin("UsSsnRecognizer", 9, False, "en", "SSN 489-36-8350", "Social Security Administration, POMS RM 10201"),
    Builtin("UsItinRecognizer", 9, False, "en", "ITIN 912-70-1234", "IRS Publication 1915"),
    Builtin("UsBankRecognizer", 8, True, "en,zh",
            "account number 945456787654", "bank account numbers of the United States"),
    Builtin("UsLicenseRecognizer", 4, True, "en,zh", "driver's license D1234567", "AAMVA DL/ID card design standard"),
    Builtin("UsMbiRecognizer", 3, False, "en", "MBI 1EG4-TE5-MK73", "CMS, Medicare Beneficiary Identifier"),
    Builtin("UsNpiRecognizer", 10, True, "en", "NPI 1234567893", "45 CFR 162.406"),
    Builtin("AbaRoutingRecognizer", 9, True, "en",
            "routing 021000021", "American Bankers Association, routing number policy"),
    Builtin("MedicalLicenseRecognizer", 7, True, "en", "DEA number BB1388568", "21 CFR 1301"),
    Builtin("NhsRecognizer", 10, True, "en", "NHS number 943 476 5919", "NHS Data Dictionary, NHS number"),
    Builtin("UkNinoRecognizer", 6, False, "en", "NINO AB123456C", "HMRC NIM39110"),
    Builtin("UkDrivingLicenceRecognizer", 5, False, "en", "licence MORGA753116SM9IJ", "DVLA, driver number"),
    Builtin("CaSinRecognizer", 9, True, "en,fr", "my SIN number is 130 692 544", "Employment Insurance Act (Canada)"),
    Builtin("AuTfnRecognizer", 8, True, "en", "tax file number 876543210", "Australian Taxation Office, TFN"),
    Builtin("AuMedicareRecognizer", 10, True, "en",
            "medicare 2123456701", "Services Australia, Medicare card number"),
    Builtin("InPanRecognizer", 4, True, "en,hi", "PAN card AAAPZ1234C", "Income Tax Rules 1962 (India), rule 114"),
    Builtin("InAadhaarRecognizer", 12, True, "en,hi", "my aadhaar is 2345 6789 0124", "Aadhaar Act 2016 (India)"),
    Builtin("InVoterRecognizer", 6, True, "en", "voter ID KSD1287349", "Election Commission of India, EPIC"),
    Builtin("SgFinRecognizer", 7, False, "en", "NRIC S2740116C", "National Registration Act (Singapore)"),
    Builtin("EsNifRecognizer", 7, False, "es", "DNI 12345678Z", "Real Decreto 1065/2007 (Spain)"),
    Builtin("EsNieRecognizer", 7, False, "es", "NIE X1234567L", "Real Decreto 557/2011 (Spain)"),
    Builtin("ItFiscalCodeRecognizer", 7, False, "it", "codice fiscale RSSMRA85T10A562S", "DPR 605/1973 (Italy)"),
    Builtin("PlPeselRecognizer", 11, True, "pl", "PESEL 44051401359", "Act on population records (Poland)"),
    Builtin("FiPersonalIdentityCodeRecognizer", 6, False, "fi",
            "henkilötunnus 131052-308T", "Government Decree 128/2010 (Finland)"),
    Builtin("KrRrnRecognizer", 13, False, "ko", "주민등록번호 900101-1234568", "Resident Registration Act (Korea)"),
    Builtin("KrFrnRecognizer", 13, True, "ko", "외국인등록번호 900101-5234567", "Immigration Act (Korea)"),
    Builtin("KrDriverLicenseRecognizer", 10, True, "ko", "운전면허 11-12-345678-90", "Road Traffic Act (Korea)"),
    Builtin("DeTaxIdRecognizer", 11, True, "de", "Steuer-ID 65929970489", "Abgabenordnung section 139b (Germany)"),
    Builtin("DeTaxNumberRecognizer", 10, True, "de",
            "Steuernummer 151/815/08156", "Abgabenordnung; ELSTER, Steuernummer"),
    Builtin("DeSocialSecurityRecognizer", 10, False, "de",
            "Rentenversicherungsnummer 65170839J003", "SGB VI section 147 (Germany)"),
    Builtin("DeIdCardRecognizer", 4, True, "de",
            "Personalausweis T22000129", "Personalausweisgesetz (Germany), ICAO Doc 9303"),
    Builtin("DeHealthInsuranceRecognizer", 9, True, "de",
            "Krankenversicherungsnummer A123456780", "SGB V section 290 (Germany)"),
    Builtin("ThTninRecognizer", 13, True, "th",
            "เลขประจำตัวประชาชน 1101718415491", "Civil Registration Act (Thailand)"),
    Builtin("TrNationalIdRecognizer", 11, True, "tr",
            "TC kimlik 10000000146", "Population Services Law 5490 (Türkiye)"),
    Builtin("SePersonnummerRecognizer", 10, True, "sv", "personnummer 811228-9874", "Folkbokföringslagen (Sweden)"),
    Builtin("ZaIdNumberRecognizer", 13, True, "en", "SA ID 8001015009087", "Identification Act 1997 (South Africa)"),
    Builtin("NgNinRecognizer", 11, True, "en", "NIN 47224911377", "NIMC Act 2007 (Nigeria)"),
)  # fmt: skip


def load(builtin: Builtin) -> EntityRecognizer:
    """An instance of one of Presidio's recognizers, for any language."""
    options: dict[str, object] = {"context": list(builtin.context)} if builtin.context else {}
    if builtin.name == "IbanRecognizer":
        options["regex_flags"] = regex.IGNORECASE  # people do not write them in capitals
    recognizer: Any = getattr(predefined_recognizers, builtin.name)(supported_language="any", **options)
    words = triggers(recognizer.context) if builtin.required else frozenset()
    vars(recognizer).update(
        patterns=[copy(pattern) for pattern in recognizer.patterns],  # Presidio's are those of the class
        NEEDS=replace(needs(shape=_SHAPES.get(builtin.name), digits=builtin.digits), words=words),
        LANGUAGES=tuple(builtin.languages.split(",")),
        EXAMPLE=builtin.example,
        STANDARD=builtin.standard,
    )
    made: EntityRecognizer = recognizer
    return made
