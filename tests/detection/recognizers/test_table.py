"""Tables: cells are what the header says, in every notation; tables of other things are left alone."""

from __future__ import annotations

import pytest

from gateway.detection.recognizers.table import TableRecognizer

Found = set[tuple[str, str]]


def found(text: str) -> Found:
    recognizer = TableRecognizer()
    results = recognizer.analyze(text, recognizer.supported_entities, None)
    return {(item.entity_type, text[item.start : item.end]) for item in results}


PEOPLE = {("PERSON", "Aderonke Balogun"), ("PHONE_NUMBER", "713 648 2095")}


@pytest.mark.parametrize(
    "text",
    [
        "name,phone,city\nAderonke Balogun,713 648 2095,Houston",
        'name,phone,city\n"Aderonke Balogun","713 648 2095","Houston, TX"',
        "Name\tPhone\nAderonke Balogun\t713 648 2095\nNobody",
        "name;phone\nAderonke Balogun;713 648 2095",
        "| Name | Phone |\n|------|:-----:|\n| Aderonke Balogun | 713 648 2095 |",
        "Name | Phone\n--- | ---\nAderonke Balogun | 713 648 2095",
        "Name              Phone\nAderonke Balogun  713 648 2095",
        "Look at this:\n\nfull_name,phoneNumber\nAderonke Balogun,713 648 2095\n\nand sort it",
        "<table><tr><th>Name</th><th>Phone</th></tr><tr><td>Aderonke Balogun</td><td>713 648 2095</td></tr></table>",
        "INSERT INTO people (name, phone) VALUES ('Aderonke Balogun', '713 648 2095');",
    ],
)
def test_every_notation(text: str) -> None:
    assert found(text) == PEOPLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名\t身份证号\n詹国梁\t350102198112203377", {("PERSON", "詹国梁"), ("GOVERNMENT_ID", "350102198112203377")}),
        ("emp_id;salary;reason_for_absence\n40081;4120;Burnout", {("FINANCE", "4120"), ("HEALTH", "Burnout")}),
        ("host,user,password\ndb1,root,Sl7!kettle_09", {("PASSWORD", "Sl7!kettle_09")}),
        ("卡号,户名\n6225880217493650,莘雨桐", {("BANK_ACCOUNT", "6225880217493650"), ("PERSON", "莘雨桐")}),
        (
            "患者\t诊断\n展秋月\t胆囊结石\n钟离勇\t无",
            {("PERSON", "展秋月"), ("PERSON", "钟离勇"), ("HEALTH", "胆囊结石")},
        ),
        (
            "Nombre;Teléfono\nUxío Castiñeira;619 730 854",
            {("PERSON", "Uxío Castiñeira"), ("PHONE_NUMBER", "619 730 854")},
        ),
        ("氏名,電話番号\n葛西 美桜,070-8412-3956", {("PERSON", "葛西 美桜"), ("PHONE_NUMBER", "070-8412-3956")}),
        (
            "INSERT INTO p (surname, note) VALUES ('O''Neill','a'),('Umeh','b')",
            {("PERSON", "O''Neill"), ("PERSON", "Umeh")},
        ),
    ],
)
def test_columns_of_many_kinds_and_languages(text: str, expected: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,price\nWidget Blue,10\nGadget Red,12",
        "| Name | Type | Default |\n|---|---|---|\n| Timeout | int | 30 |",
        "a,b\n1,2",
        "Well, name, phone and address are what the form asks for.\nPlease, fill, it in.",
        "name,phone\nJohn Doe,555-0100",
        "host,password\ndb1,xxxxxxxx\ndb2,changeme",
        "city,condition\nOslo,cloudy",
        "INSERT INTO products (name, price) VALUES ('Blue Widget', 10)",
        "phone,",
        "name,phone",
    ],
)
def test_tables_of_other_things_are_left_alone(text: str) -> None:
    assert found(text) == set()


def test_a_table_of_many_rows_takes_one_pass() -> None:
    rows = "".join(f"Aderonke Balogun,713 648 {number:04}\n" for number in range(10_000))
    assert len(found(f"name,phone\n{rows}")) > 9_000
