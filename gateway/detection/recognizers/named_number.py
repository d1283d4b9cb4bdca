"""Numbers that only their names tell apart: records, policies, accounts, customers, members.

No two institutions make them alike, so that the word must stand right before the number, with little
between: "policy number: HX-48213", 病历号 0048271.
"""

from __future__ import annotations

import re
from typing import ClassVar

from gateway.detection.recognizers.bank_card import TEST_CARDS
from gateway.detection.recognizers.needs import Needs, needs
from gateway.detection.recognizers.rule import Rule

_OF_NUMBER = (
    r"(?:[ _-]?(?:numbers?|num|nos?|nrs?|id|ids|identifier|#|n[°º]|numéro|número|nummer|номер)(?![a-z])\.?|"
    r"号码?|號碼?|编号|編號|番号|번호)"
)
_TIE = r"(?:\s?(?:is|are|was|=|:|：|#|→|->|\||ist|lautet|es|est|é|是|为|為|は|은|는|이|가)){1,2}"
_VALUE = r"(?P<value>(?=(?:[A-Z/._-]*\d){4})[A-Z0-9](?:[A-Z0-9]|[/._-](?=[A-Z0-9])){3,24})(?![A-Z0-9])"
_FIGURES = r"(?P<value>(?:\d[ -]?){5,22}\d)(?![0-9A-Za-z]|[.,]\d)"
# Years, dates, quarters and quantities are no numbers of anybody.
_OTHER_THINGS = re.compile(
    r"(?:19|20)\d\d(?:[-/._](?:q[1-4]|h[12]|\d{1,4})|q[1-4]|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|"
    r"3[01])?)?(?:[-/._]\d{1,2})?(?:t\d.*)?|"
    r"\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}){1,2}|"
    r"\d+(?:\.\d+)?(?:k|m|bn|mg|ml|kg|g|cm|mm|km|usd|eur|rmb|px|gb|mb|kb|ms|s|h|hz|w|v|x\d+|st|nd|"
    r"rd|th)|v?\d+(?:\.\d+)+",
    re.IGNORECASE,
)


def named(words: str, value: str = _VALUE, *, bare: bool = False) -> str:
    """An expression that finds a number which one of `words` (alternatives) names.

    Between stand a word for number, something that ties them, or both; with `bare` perhaps nothing.
    """
    between = rf"(?:{_OF_NUMBER}{{1,2}}(?:{_TIE})?|{_TIE}){'?' if bare else ''}"
    return rf"(?:(?<![A-Za-z])(?:{words}))(?![a-z]){between}\s{{0,3}}[\"'`(（]?{value}"


class NamedNumber(Rule):
    """What these have in common: no dates, no quantities."""

    LANGUAGES: ClassVar[tuple[str, ...]] = ("any",)

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for dates and quantities."""
        return _OTHER_THINGS.fullmatch(pattern_text) is not None


class MedicalRecordRecognizer(NamedNumber):
    """Numbers of patients, records, admissions and samples."""

    ENTITY = "MEDICAL_RECORD_NUMBER"
    PATTERNS = (
        ("MRN", named(r"mrn|m\.r\.n\.?|病历号|住院号|病案号|门诊号|診察券番号", bare=True), 0.75),
        (
            "named",
            named(
                r"medical record|patient|health record|chart|hospital|admission|encounter|accession|"
                r"specimen|prescription|rx|"
                r"病历|病案|住院|门诊|就诊卡?|患者|病人|检验|处方|登记|患者|診察券|カルテ|환자|등록|"
                r"patienten|fallnummer|dossier|"
                r"historia clínica|nhc|карта пациента|медкарт[аы]"
            ),
            0.75,
        ),
    )
    NEEDS: Needs = needs(
        "mrn", "medical record", "patient", "health record", "chart", "hospital", "admission", "encounter", "accession",
        "specimen", "prescription", "rx", "病历", "病案", "住院", "门诊", "就诊", "患者", "病人", "检验", "处方",
        "登记", "診察券", "カルテ",
        "환자", "등록", "patienten", "fallnummer", "dossier", "historia", "nhc", "карта", "медкарт", digits=3,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "es", "ru")
    EXAMPLE = "MRN 00482-7713"
    STANDARD = "HIPAA Privacy Rule, 45 CFR 164.514(b)(2)(i)(H)"


class InsuranceNumberRecognizer(NamedNumber):
    """Policies, claims and members of insurers and health plans."""

    ENTITY = "INSURANCE_NUMBER"
    PATTERNS = (
        (
            "named",
            named(
                r"(?:insurance|health plan|plan|subscriber|beneficiary)(?: (?:policy|member|card|"
                r"claim|group))?|policy|claim|medicaid|medicare|"
                r"member|group|保单|保險單|保险|参保|理赔|保険証|被保険者|証券|보험|"
                r"versicherung(?:s(?:schein|nummer)?)?|"
                r"versicherten|krankenkasse|"
                r"police d'assurance|assurance|póliza|seguro|apólice|полис(?:а|у)?(?: омс)?"
            ),
            0.7,
        ),
    )
    NEEDS: Needs = needs(
        "insurance", "plan", "subscriber", "beneficiary", "policy", "claim", "medicaid", "medicare", "member",
        "group", "保单", "保險單",
        "保险", "参保", "理赔", "保険証", "被保険者", "証券", "보험", "versicherung", "versicherungsschein",
        "versicherungsnummer",
        "versicherten", "krankenkasse", "police", "assurance", "póliza", "seguro", "apólice", "полис", digits=3,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "es", "pt", "ru")
    EXAMPLE = "policy number HX-4821377"
    STANDARD = "HIPAA Privacy Rule, 45 CFR 164.514(b)(2)(i)(I)"


class AccountNumberRecognizer(NamedNumber):
    """Accounts at banks, and an IBAN that is called one, whatever its check digits."""

    ENTITY = "BANK_ACCOUNT"
    PATTERNS = (
        (
            "named",
            named(
                r"(?:(?:bank|checking|savings|current|deposit|brokerage|payee|beneficiary|"
                r"giro)[ -])?(?:account|acct|a/c)|银行账[户号]|账[号户]|帐[号户]|"
                r"賬[號戶]|帳[號戶]|收款账?户?|开户|口座|계좌|konto(?:nummer)?|cuenta(?: corriente| bancaria| de "
                r"ahorros)?|clabe|cbu|nib|compte(?: bancaire)?|"
                r"rib|conto corrente|conta(?: corrente| bancária)?|р/с|расчётный счёт|расчетный счет|сч[её]т",
                _FIGURES,
                bare=True,
            ),
            0.75,
        ),
        (
            "IBAN by name",
            r"\biban\b[^\n]{0,24}?(?P<value>[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?)(?![0-9A-Z])",
            0.8,
        ),
        (
            "named IBAN",
            r"(?P<value>(?<![0-9A-Z])[A-Z]{2}\d{2}(?: \d{4}){2,7}(?: ?\d{1,3})?)(?![0-9A-Z])[^\n]{0,40}?\biban\b",
            0.8,
        ),
    )
    NEEDS: Needs = needs(
        "account", "acct", "账号", "账户", "帐号", "帐户", "賬號", "賬戶", "帳號", "帳戶", "收款", "开户",
        "口座", "계좌", "konto",
        "kontonummer", "cuenta", "clabe", "cbu", "nib", "compte", "rib", "conto", "conta", "расчётный",
        "расчетный", "счёт", "счет",
        "iban", digits=6,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "es", "fr", "it", "pt", "ru")
    EXAMPLE = "account number 48213377"
    STANDARD = "ISO 13616 (IBAN); national account numbers"


class CustomerNumberRecognizer(NamedNumber):
    """Customers, employees, pupils: who is meant, to those who hold the file."""

    ENTITY = "CUSTOMER_ID"
    PATTERNS = (
        (
            "numbered",
            named(
                r"(?:customer|client|employee|staff|personnel|student|pupil|matriculation|applicant|"
                r"alien|uscis|visa|"
                r"inmate|loyalty|frequent flyer|membership|library card|badge|booking|pnr|loan|tenant)"
                r"[ _-]?(?:numbers?|num\.?|no\.?|nr\.?|ids?|#|reference|ref\.?)|工号|学号|學號|考号|"
                r"准考证号|借阅证号|学籍号|학번|"
                r"kundennummer|kunden-?nr\.?|mitglieds?(?:nummer|[- ]?nr\.?)|personalnummer|"
                r"matrikelnummer|numéro client|"
                r"n° client|número de cliente|matr[ií]cula|номер клиента|табельный номер",
                bare=True,
            ),
            0.65,
        ),
        (
            "named",
            named(r"客户|會員|会员|员工|准考证|学籍|借阅证|卡号|会員|社員|お客様|고객|회원|사원"),
            0.65,
        ),
    )
    NEEDS: Needs = needs(
        "customer", "client", "employee", "staff", "personnel", "student", "pupil", "matriculation", "applicant",
        "alien", "uscis", "visa",
        "inmate", "loyalty", "frequent", "membership", "library", "badge", "booking", "pnr",
        "loan", "tenant",
        "客户", "會員", "会员", "员工", "工号", "学号", "學號", "考号", "准考证", "学籍", "借阅证", "卡号",
        "会員", "社員", "お客様", "고객", "회원",
        "사원", "학번", "kundennummer", "kunden", "mitglied", "mitgliedsnummer", "mitgliednummer", "personalnummer",
        "matrikelnummer", "cliente",
        "matrícula", "matricula", "клиента", "табельный", digits=3,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "es", "ru")
    EXAMPLE = "Kundennummer: 884201"
    STANDARD = "GDPR article 4(1), identification numbers"


class DriverLicenseRecognizer(NamedNumber):
    """Driving licences of any state, beside their name."""

    ENTITY = "DRIVER_LICENSE"
    PATTERNS = (
        (
            "named",
            named(
                r"driv(?:er|ing)['’]?s?[ -]?(?:licen[cs]e|permit|lic\.?)|dl|licen[cs]e number|驾驶证|驾照|"
                r"駕照|駕駛執照|驾驶执照|运转免许|免許証|면허|"
                r"führerschein|permis de conduire|permiso de conducir|licencia de conducir|patente|"
                r"carteira de motorista|cnh|carta de condução|"
                r"водительск(?:ое|их) (?:удостоверение|прав)|rijbewijs"
            ),
            0.75,
        ),
    )
    NEEDS: Needs = needs(
        "driver", "drivers", "driving", "dl", "license number", "licence number", "license", "licence", "驾驶证",
        "驾照", "駕照", "駕駛執照",
        "驾驶执照", "免許証", "면허", "führerschein", "permis", "conducir", "licencia", "patente", "motorista",
        "cnh", "condução", "водительск",
        "rijbewijs", digits=3,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "es", "it", "pt", "ru", "nl")
    EXAMPLE = "my driver's license number is 2270-66-1551"
    STANDARD = "ISO/IEC 18013-1; AAMVA DL/ID card design standard"


_SEPARATED = (
    r"(?P<value>(?=[A-Z]{0,6}(?:[^\d\n]?[^\d\n]?\d){6})"
    r"[A-Z]{0,6}[ -]?\d(?:[ ./()-]{0,2}\d|[A-Z]{1,2}(?![A-Za-z])){5,22}\)?)"
    r"(?![0-9A-Za-z]|[.,]\d)"
)
_DEVICE = r"(?P<value>\d(?:[ -]?\d){13,19})(?!\d|[.,]\d)"
_CARD = r"(?P<value>\d{4}(?:[ .-]?\d{4}){2}(?:[ .-]?\d{1,4}){1,2}|\d{4}[ .-]?\d{6}[ .-]?\d{5})(?![0-9A-Za-z]|[.,]\d)"


class StateNumberRecognizer(NamedNumber):
    """Numbers that a state gave to one person, by their names: also with a slip, whose check digits are wrong."""

    ENTITY = "GOVERNMENT_ID"
    PATTERNS = (
        (
            "named",
            named(
                r"ssn|social security|(?:my|his|her|their) social|itin|national insurance|nino|nhs|npi|dea|"
                r"aadhaa?r|adhar|cpf|cnpj|dni|nie|nif|nss|curp|rfc|cuit|cuil|rut|pesel|bsn|burgerservice|nric|fin|hkid|"
                r"sin|tfn|ird|medicare|codice fiscale|s[ée]cu(?:rité sociale)?|insee|steuer-?id|steuernummer|"
                r"sozialversicherungs|personalausweis|ahv|avs|oasi|personn?ummer|fødselsnummer|cpr|henkilötunnus|hetu|"
                r"cnp|jmbg|oib|egn|amka|pps|rodn[ée] č[ií]slo|cnic|tc kimlik|teudat zehut|mykad|nrc|"
                r"ssnit|инн|снилс|паспорт|паспорта|"
                r"居民身份证|身份证|身分證|身份證|身分證字號|身份证字号|公民身份|证件|證件|社会信用代码|社保卡?|社會保險|"
                r"個人番号|マイナンバー|주민등록|주민|외국인등록|여권",
                _SEPARATED,
                bare=True,
            ),
            0.5,
        ),
    )
    NEEDS: Needs = needs(
        "ssn", "social", "itin", "insurance", "nino", "nhs", "npi", "dea", "aadhaar", "aadhar", "adhar", "cpf", "cnpj",
        "dni", "nie", "nif", "nss", "curp", "rfc", "cuit", "cuil", "rut", "pesel", "bsn", "burgerservice",
        "burgerservicenummer", "nric", "fin", "hkid", "sin", "tfn", "ird", "medicare", "codice", "sécu", "secu",
        "sécurité", "insee", "steuer", "steuerid", "steuernummer", "sozialversicherungsnummer", "personalausweis",
        "personalausweisnummer", "ahv", "avs", "oasi", "personnummer", "personnumer", "fødselsnummer", "cpr",
        "henkilötunnus", "hetu", "cnp", "jmbg", "oib", "egn", "amka", "pps", "rodné", "cnic", "kimlik", "teudat",
        "mykad", "nrc", "ssnit", "инн", "снилс", "паспорт", "паспорта", "身份证", "身分證", "身份證", "身份", "证件",
        "證件", "信用代码", "社保", "社會", "個人番号", "マイナンバー", "주민등록", "주민", "외국인등록", "여권",
        digits=6,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "es", "it", "pt", "nl", "pl", "ru")
    EXAMPLE = "my NHS number is 943 476 5910"
    STANDARD = "GDPR article 87; national identification numbers"

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for dates and quantities; nine digits with dots between are no version here."""
        return sum(map(str.isdigit, pattern_text)) < 9 and super().invalidate_result(pattern_text)


class NamedCardRecognizer(NamedNumber):
    """Card numbers that are called so: also with a slip, whose check digit is wrong."""

    ENTITY = "CREDIT_CARD"
    PATTERNS = (
        (
            "named",
            named(
                r"(?:(?:credit|debit|bank|payment|prepaid)[ -]?)?card|visa|master ?card|amex|american express|"
                r"discover|union ?pay|(?:银行|信用|储蓄|借记|銀行|儲蓄)卡|卡号|卡號|"
                r"クレジットカード|カード|신용카드|카드|"
                r"tarjeta(?: de (?:crédito|débito))?|carte(?: bancaire| bleue| de crédit)?|kreditkarten?|"
                r"cart[aã]o?(?: de cr[eé]d?i?to?)?|карт[аы]",
                _CARD,
                bare=True,
            ),
            0.5,
        ),
    )
    NEEDS: Needs = needs(
        "card", "visa", "mastercard", "master", "amex", "american", "discover", "unionpay", "union",
        "银行卡", "信用卡",
        "储蓄卡", "借记卡", "銀行卡", "儲蓄卡", "卡号", "卡號", "カード", "카드", "tarjeta", "carte", "kreditkarte",
        "kreditkartennummer", "cartão", "carta", "карта", "карты", digits=13,
    )  # fmt: skip
    LANGUAGES = ("en", "zh", "ja", "ko", "es", "fr", "de", "pt", "it", "ru")
    EXAMPLE = "my card is 4532 1234 5678 9013"
    STANDARD = "ISO/IEC 7812"

    def invalidate_result(self, pattern_text: str) -> bool:
        """True for one digit over and over, and for numbers that are published for trials."""
        digits = "".join(filter(str.isdigit, pattern_text))
        return len(set(digits)) == 1 or digits in TEST_CARDS


class NamedDeviceRecognizer(NamedNumber):
    """Numbers of telephones and SIM cards that are called so: also with a slip."""

    ENTITY = "IMEI"
    PATTERNS = (("named", named(r"imei|imsi|iccid|meid|串号", _DEVICE, bare=True), 0.5),)
    NEEDS: Needs = needs("imei", "imsi", "iccid", "meid", "串号", digits=14)
    LANGUAGES = ("en", "zh")
    EXAMPLE = "IMEI 356938035643801"
    STANDARD = "3GPP TS 23.003"


RECOGNIZERS = (
    StateNumberRecognizer,
    NamedCardRecognizer,
    NamedDeviceRecognizer,
    MedicalRecordRecognizer,
    InsuranceNumberRecognizer,
    AccountNumberRecognizer,
    CustomerNumberRecognizer,
    DriverLicenseRecognizer,
)
