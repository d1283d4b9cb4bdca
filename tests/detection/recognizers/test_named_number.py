"""Numbers that only their names tell apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.named_number import (
    AccountNumberRecognizer,
    CustomerNumberRecognizer,
    DriverLicenseRecognizer,
    InsuranceNumberRecognizer,
    MedicalRecordRecognizer,
    NamedCardRecognizer,
    NamedDeviceRecognizer,
    StateNumberRecognizer,
)

Believed = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        (MedicalRecordRecognizer, "MRN 00482-7713", "00482-7713"),
        (MedicalRecordRecognizer, "病历号：0048271", "0048271"),
        (MedicalRecordRecognizer, "patient ID: P-448120", "P-448120"),
        (MedicalRecordRecognizer, "住院号 20231188", "20231188"),
        (InsuranceNumberRecognizer, "policy number HX-4821377", "HX-4821377"),
        (InsuranceNumberRecognizer, "Member ID: W123456789", "W123456789"),
        (InsuranceNumberRecognizer, "保单号：PDAA202311000123", "PDAA202311000123"),
        (AccountNumberRecognizer, "account number 48213377", "48213377"),
        (AccountNumberRecognizer, "银行账号：6222 0812 3456 7", "6222 0812 3456 7"),
        (AccountNumberRecognizer, "O NIB 003504180002739165022", "003504180002739165022"),
        (AccountNumberRecognizer, "Is AT61 1904 3002 3457 3201 an Austrian IBAN?", "AT61 1904 3002 3457 3201"),
        (AccountNumberRecognizer, "IBAN: DE12 3456 7890 1234 5678 90", "DE12 3456 7890 1234 5678 90"),
        (CustomerNumberRecognizer, "Kundennummer: 884201", "884201"),
        (CustomerNumberRecognizer, "Mitglied Nr. 884201", "884201"),
        (CustomerNumberRecognizer, "employee ID 4471-B2", "4471-B2"),
        (CustomerNumberRecognizer, "学号：2021310458", "2021310458"),
        (CustomerNumberRecognizer, "customer no. 100482", "100482"),
        (DriverLicenseRecognizer, "my driver's license number is 2270-66-1551", "2270-66-1551"),
        (DriverLicenseRecognizer, "驾驶证号：330106199003072116", "330106199003072116"),
        (DriverLicenseRecognizer, "Führerschein Nr. B072RRE2I55", "B072RRE2I55"),
        (StateNumberRecognizer, "NHS number 943 476 5910", "943 476 5910"),
        (StateNumberRecognizer, "aadhaar 4987 1234 5675 hai mera", "4987 1234 5675"),
        (StateNumberRecognizer, "mein Personalausweis L01X00T471 ist weg", "L01X00T471"),
        (StateNumberRecognizer, "codice fiscale RSSMRA85T10A562X e basta", "RSSMRA85T10A562X"),
        (StateNumberRecognizer, "mi DNI es 12345678A", "12345678A"),
        (StateNumberRecognizer, "CPF 123.456.789-10", "123.456.789-10"),
        (StateNumberRecognizer, "HKID A123456(8)", "A123456(8)"),
        (StateNumberRecognizer, "身分證字號 A123456780", "A123456780"),
        (StateNumberRecognizer, "AHV 756.1234.5678.90", "756.1234.5678.90"),
        (StateNumberRecognizer, "my social is 123-45-6789", "123-45-6789"),
        (NamedCardRecognizer, "my credit card number is 4532 1234 5678 9012", "4532 1234 5678 9012"),
        (NamedCardRecognizer, "amex 3782 822463 10006", "3782 822463 10006"),
        (NamedCardRecognizer, "我的银行卡 6217 0012 3456 7890 128", "6217 0012 3456 7890 128"),
        (NamedDeviceRecognizer, "IMEI 356938035643801", "356938035643801"),
    ],
)
def test_found(believed: Believed, rule: Any, text: str, expected: str) -> None:
    assert believed(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (MedicalRecordRecognizer, "patient: 34-year-old male"),
        (MedicalRecordRecognizer, "chart: 2023-Q4"),
        (MedicalRecordRecognizer, "Rx: 500mg twice daily"),
        (MedicalRecordRecognizer, "hospital number one"),
        (MedicalRecordRecognizer, "患者数据 2023年"),
        (InsuranceNumberRecognizer, "policy 2024"),
        (InsuranceNumberRecognizer, "member since 2019"),
        (InsuranceNumberRecognizer, "group: 2024-2025"),
        (InsuranceNumberRecognizer, "the claim is 50% off"),
        (InsuranceNumberRecognizer, "plan: 401k"),
        (AccountNumberRecognizer, "account: $1,200"),
        (AccountNumberRecognizer, "on account of 20 people"),
        (AccountNumberRecognizer, "account balance 12345.67"),
        (AccountNumberRecognizer, "calle 12345678"),
        (CustomerNumberRecognizer, "customer number one"),
        (CustomerNumberRecognizer, "user id = 7"),
        (CustomerNumberRecognizer, "case 1234"),
        (CustomerNumberRecognizer, "employee count: 12000"),
        (CustomerNumberRecognizer, "booking for 2024"),
        (DriverLicenseRecognizer, "driver's license fee is 30 euros"),
        (DriverLicenseRecognizer, "license number of users: 12"),
        (DriverLicenseRecognizer, "dl: 20Mbps"),
        (StateNumberRecognizer, "What does SSN stand for?"),
        (StateNumberRecognizer, "social media 2024"),
        (StateNumberRecognizer, "NIE: 2024-05-03"),
        (StateNumberRecognizer, "sin 3 o 4 personas"),
        (StateNumberRecognizer, "el fin 12 de mayo"),
        (StateNumberRecognizer, "CPF has 11 digits"),
        (NamedCardRecognizer, "test card 4242 4242 4242 4242"),
        (NamedCardRecognizer, "card 0000 0000 0000 0000"),
        (NamedCardRecognizer, "a card with 16 digits"),
        (NamedDeviceRecognizer, "IMEI has 15 digits"),
    ],
)
def test_look_alikes_and_wrong_check_digits_are_left_alone(believed: Believed, rule: Any, text: str) -> None:
    assert believed(rule, text) == []
