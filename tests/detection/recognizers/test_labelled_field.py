"""Fields of forms: what their label says is found, placeholders and fields of other things are not."""

from __future__ import annotations

import pytest

from gateway.detection.recognizers.labelled_field import LabelledFieldRecognizer

Found = set[tuple[str, str]]


def found(text: str) -> Found:
    recognizer = LabelledFieldRecognizer()
    results = recognizer.analyze(text, recognizer.supported_entities, None)
    return {(item.entity_type, text[item.start : item.end]) for item in results}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Surname: Okonkwo", {("PERSON", "Okonkwo")}),
        ("**Patient:** Sorrel Whitcombe", {("PERSON", "Sorrel Whitcombe")}),
        ("- Full name: Maj-Britt O'Connor", {("PERSON", "Maj-Britt O'Connor")}),
        ('{"firstName": "Adaeze", "lastName": "Okonkwo"}', {("PERSON", "Adaeze"), ("PERSON", "Okonkwo")}),
        ("first=Oisín, last=Mac Giolla", {("PERSON", "Oisín"), ("PERSON", "Mac Giolla")}),
        ("last_name=Kowalczyk&first_name=Zuzanna", {("PERSON", "Kowalczyk"), ("PERSON", "Zuzanna")}),
        ("Name: Wei Zhang\nEmail: w@x.de", {("PERSON", "Wei Zhang")}),
        ("姓名：欧阳修文，性别：男", {("PERSON", "欧阳修文")}),
        ("姓:皇甫 名:静怡", {("PERSON", "皇甫"), ("PERSON", "静怡")}),
        ("收件人? 闾丘", {("PERSON", "闾丘")}),
        ("客户姓名: 员春晖", {("PERSON", "员春晖")}),
        ("氏名：葛西 美桜", {("PERSON", "葛西 美桜")}),
        ("성명: 표은서", {("PERSON", "표은서")}),
        ("Фамилия: Иванова", {("PERSON", "Иванова")}),
        ("Apellidos: García Ruiz", {("PERSON", "García Ruiz")}),
        ("Nachname: Weiß", {("PERSON", "Weiß")}),
        ("Phone: 0161 496 0203", {("PHONE_NUMBER", "0161 496 0203")}),
        ("Tel.: +49 30 901820", {("PHONE_NUMBER", "+49 30 901820")}),
        ("Address: 14 Vesterbrogade", {("STREET_ADDRESS", "14 Vesterbrogade")}),
        ("DOB: 1983-02-11", {("DATE_OF_BIRTH", "1983-02-11")}),
        ("MRN: 00841936", {("GOVERNMENT_ID", "00841936")}),
        ("护照号：E82649173", {("PASSPORT", "E82649173")}),
        ("Patient: Sorrel Whitcombe\nDiagnosis: type 2 diabetes", {
            ("PERSON", "Sorrel Whitcombe"), ("HEALTH", "type 2 diabetes"),
        }),
        ("工号：40081，月薪：4120", {("FINANCE", "4120")}),
        ("| Full name | Wei Zhang |", {("PERSON", "Wei Zhang")}),
    ],
)  # fmt: skip
def test_what_a_label_says_is_found(text: str, expected: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Name: Visual Studio Code",
        "name: nginx-deployment\nimage: nginx:1.25",
        "Full name: [Your Name]",
        "Full name: ____",
        "姓名：张三，性别：男",
        "姓名：XXX",
        "First name: string\nLast name: string",
        "Name: Email",
        "Full name:\nEmail:",
        "first = items[0]; last = items[-1]",
        "first=1, last=10",
        "surname = db.Column(db.String)",
        "firstName: String;",
        "const name = 'Foo Bar'",
        "file name: Report Final",
        "Salary: 120,000",
        "Diagnosis: the engine stalls",
        "Phone: 555-0100",
        "Address: example.com",
        "DEFENDANT: Mr",
        "Company name: Acme Corp\nPhone: see below",
        "Name: Seraphina Duskwood\nAge: 119\nClass: wizard",
        "Customer: Acme Corp",
        "time: 10:30, ratio: 4:3",
        "老师：怎么可以忘记交作业呢",
    ],
)
def test_forms_nobody_filled_and_other_fields_are_left_alone(text: str) -> None:
    assert found(text) == set()
