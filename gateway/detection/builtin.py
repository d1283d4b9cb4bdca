"""Which of Presidio's own recognizers run, and what they need to be believed.

Presidio ties recognizers to languages; an identity number does not change with the language around
it, so each runs once for every text. Left out are those that another recognizer here replaces
(cards, e-mail, phone, passports, URLs), those whose patterns fit any number and have no check digit and
no telling context (licence plates, postal codes, claim numbers), and business registers.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from gateway.detection.presidio import EntityRecognizer, predefined_recognizers
from gateway.detection.recognizers.needs import Needs, triggers


@dataclass(frozen=True, slots=True)
class Builtin:
    """One of Presidio's recognizers.

    Attributes:
        name: its class.
        digits: how many digits a text needs before it is worth running.
        required: whether results prove nothing without a context word; its check digit is missing
            or passes one number in ten or so.
        context: replaces Presidio's context words where those are too common.
    """

    name: str
    digits: int
    required: bool = False
    context: tuple[str, ...] = ()


BUILTINS = (
    Builtin("IpRecognizer", 2),
    Builtin("MacAddressRecognizer", 2),
    Builtin("IbanRecognizer", 8),
    Builtin("CryptoRecognizer", 3),
    Builtin("DateRecognizer", 3),
    Builtin("UsSsnRecognizer", 9, context=("ssn", "ssns", "ss#", "social security", "social sec")),
    Builtin("UsItinRecognizer", 9, context=("itin", "taxpayer", "tax id", "individual taxpayer")),
    Builtin(
        "UsBankRecognizer",
        8,
        True,
        ("account", "acct", "account number", "checking", "savings", "账号", "账户", "开户"),
    ),
    Builtin(
        "UsLicenseRecognizer",
        4,
        True,
        (
            "driver license", "drivers license", "driver's license", "driver licence", "driving license",
            "driving licence", "license number", "licence number", "license no", "licence no", "license #",
            "dl", "dmv", "driver lic", "驾驶证", "驾照",
        ),
    ),
    Builtin("UsMbiRecognizer", 3),
    Builtin("UsNpiRecognizer", 10, True, ("npi", "national provider")),
    Builtin("AbaRoutingRecognizer", 9, True, ("aba", "routing", "rtn", "transit number")),
    Builtin(
        "MedicalLicenseRecognizer",
        7,
        True,
        ("dea", "medical license", "medical licence", "prescriber", "license number"),
    ),
    Builtin("NhsRecognizer", 10, True, ("nhs", "national health service", "health service number")),
    Builtin("UkNinoRecognizer", 6),
    Builtin("UkDrivingLicenceRecognizer", 5),
    Builtin("CaSinRecognizer", 9, True, ("sin number", "social insurance", "my sin", "assurance sociale", "nas")),
    Builtin("AuTfnRecognizer", 8, True),
    Builtin("AuMedicareRecognizer", 10, True),
    Builtin("InPanRecognizer", 4, True, ("pan", "pan card", "permanent account", "income tax", "पैन")),
    Builtin("InAadhaarRecognizer", 12, True, ("aadhaar", "aadhar", "adhaar", "uidai", "आधार")),
    Builtin("InVoterRecognizer", 6, True, ("voter", "epic", "elector")),
    Builtin("SgFinRecognizer", 7),
    Builtin("EsNifRecognizer", 7),
    Builtin("EsNieRecognizer", 7),
    Builtin("ItFiscalCodeRecognizer", 4),
    Builtin("PlPeselRecognizer", 11, True, ("pesel",)),
    Builtin("FiPersonalIdentityCodeRecognizer", 6),
    Builtin("KrRrnRecognizer", 13),
    Builtin("KrFrnRecognizer", 13, True),
    Builtin("KrDriverLicenseRecognizer", 10, True),
    Builtin("DeTaxIdRecognizer", 11, True),
    Builtin("DeSocialSecurityRecognizer", 10),
    Builtin("DeIdCardRecognizer", 4, True, ("personalausweis", "ausweis", "ausweisnummer", "personalausweisnummer")),
    Builtin("DeHealthInsuranceRecognizer", 9, True),
    Builtin("ThTninRecognizer", 13, True),
    Builtin("TrNationalIdRecognizer", 11, True),
    Builtin("SePersonnummerRecognizer", 10, True),
    Builtin("ZaIdNumberRecognizer", 13, True, ("south african id", "sa id", "id number", "identity number")),
    Builtin("NgNinRecognizer", 11, True),
)  # fmt: skip


def load(builtin: Builtin) -> EntityRecognizer:
    """An instance of one of Presidio's recognizers, for any language."""
    options: dict[str, object] = {"context": list(builtin.context)} if builtin.context else {}
    if builtin.name == "IbanRecognizer":
        options["regex_flags"] = regex.IGNORECASE  # people do not write them in capitals
    recognizer: EntityRecognizer = getattr(predefined_recognizers, builtin.name)(supported_language="any", **options)
    words = triggers(recognizer.context) if builtin.required else frozenset()
    vars(recognizer)["NEEDS"] = Needs(digits=builtin.digits, words=words)
    return recognizer
