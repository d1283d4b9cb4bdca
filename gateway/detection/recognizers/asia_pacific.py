"""Personal numbers of other states of Asia and the Pacific."""

from __future__ import annotations

from stdnum.il import idnr as il_id
from stdnum.my import nric
from stdnum.nz import ird
from stdnum.pk import cnic

from gateway.detection.recognizers.identifier import Identifier


class MyNricRecognizer(Identifier):
    """MyKad: birth date, place, serial: 770305-02-1234."""

    ENTITY = "MY_NRIC"
    FORM = r"\d{6}-\d{2}-\d{4}|\d{12}"
    CHECK = nric.is_valid
    DIGITS = 12
    CONTEXT = ("mykad", "nric", "ic number", "kad pengenalan", "no. kp", "identity card", "my ic", "身份证", "登记号码")
    LANGUAGES = ("ms", "en", "zh")
    EXAMPLE = "MyKad 770305-02-1234"
    STANDARD = "National Registration Regulations 1990 (Malaysia)"


class IlIdRecognizer(Identifier):
    """Nine figures, the last of Luhn's."""

    ENTITY = "IL_ID"
    FORM = r"\d{8}-?\d"
    CHECK = il_id.is_valid
    DIGITS = 9
    CONTEXT = ("teudat zehut", "mispar zehut", "israeli id", "תעודת זהות", "מספר זהות", 'ת"ז', "ת.ז")
    LANGUAGES = ("he", "en")
    EXAMPLE = "teudat zehut 039337423"
    STANDARD = "Population Registry Law 1965 (Israel)"


class PkCnicRecognizer(Identifier):
    """34201-0891231-8."""

    ENTITY = "PK_CNIC"
    FORM = r"\d{5}-\d{7}-\d"
    CHECK = cnic.is_valid
    DIGITS = 13
    REQUIRED = False
    CONTEXT = ("cnic", "nicop", "nadra")
    LANGUAGES = ("en", "ur")
    EXAMPLE = "CNIC 34201-0891231-8"
    STANDARD = "National Database and Registration Authority (Pakistan)"


class NzIrdRecognizer(Identifier):
    """Eight or nine figures, the last a check digit."""

    ENTITY = "TAX_ID"
    FORM = r"\d{2,3}-?\d{3}-?\d{3}"
    CHECK = ird.is_valid
    DIGITS = 8
    CONTEXT = ("ird", "ird number", "inland revenue")
    LANGUAGES = ("en",)
    EXAMPLE = "IRD number 49-091-850"
    STANDARD = "Inland Revenue (New Zealand), IRD number validation"


class IdentityNumberInContextRecognizer(Identifier):
    """Indonesia's NIK and Vietnam's CCCD: twelve or sixteen figures beside the word."""

    ENTITY = "GOVERNMENT_ID"
    FORM = r"\d{16}|\d{12}|\d{9}"
    DIGITS = 9
    CONTEXT = (
        "nik",
        "ktp",
        "nomor induk kependudukan",
        "cccd",
        "cmnd",
        "căn cước",
        "chứng minh nhân dân",
        "philsys",
        "umid",
    )
    LANGUAGES = ("id", "vi", "en")
    EXAMPLE = "NIK 3171011708920001"
    STANDARD = "Law 24/2013 (Indonesia), Law on Citizen Identification 2014 (Vietnam)"


RECOGNIZERS = (
    MyNricRecognizer,
    IlIdRecognizer,
    PkCnicRecognizer,
    NzIrdRecognizer,
    IdentityNumberInContextRecognizer,
)
