"""An address of which a model writes a part, or which it joins otherwise."""

from __future__ import annotations

import pytest

from gateway.declassify.forms import forms
from gateway.declassify.replaced import Replaced
from gateway.declassify.restore import restore


def address(original: str, surrogate: str) -> Replaced:
    return Replaced("STREET_ADDRESS", original, surrogate)


ADDRESSES = forms(
    [
        address("5 Main St, Springfield, IL 62704", "9 Grant Elm Rd, Marshville, IL 51234"),
        address("Hauptstraße 5\n10115 Berlin", "Millerstraße 9\n20446 Grantburg"),
        address("浙江省杭州市西湖区文三路123号2栋", "青海省嘉宁市东和区安平路456号7栋"),
    ]
)


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        # The street alone
        ("at 9 Grant Elm Rd. MILLERSTRASSE 9, Millerstraße 9", "at 5 Main St. MILLERSTRASSE 9, Hauptstraße 5"),
        ("9 Grant Elm Rd, Marshville", "5 Main St, Springfield"),
        ("19 Grant Elm Rd, 9 Grant Elm Rds, 9 Grant Elm Rd-5, 1-9 Grant Elm Rd", None),
        ("Millerstraße 91, Millerstraße 9a, Millerstraße 9/2, Grant-Millerstraße 9", None),
        # Joined otherwise
        ("9 Grant Elm Rd\nMarshville\nIL 51234", "5 Main St\nSpringfield\nIL 62704"),
        ("9 Grant Elm Rd,\nMarshville,\n IL 51234", "5 Main St,\nSpringfield,\n IL 62704"),
        ("9 Grant Elm Rd Marshville, IL 51234", "5 Main St Springfield, IL 62704"),
        ("Millerstraße 9, 20446 Grantburg", "Hauptstraße 5, 10115 Berlin"),
        ("Millerstraße 9 20446 Grantburg", "Hauptstraße 5 10115 Berlin"),
        # A city or a postcode alone
        ("Marshville, IL 51234; 20446 Grantburg; Grantburg; Millerstraße; Grant Elm Rd", None),
        # Chinese
        ("嘉宁市东和区安平路456号7栋", "杭州市西湖区文三路123号2栋"),
        ("住在东和区安平路456号", "住在西湖区文三路123号"),
        ("地址：安平路456号7栋。安平路456号", "地址：文三路123号2栋。文三路123号"),
        ("青海省嘉宁市东和区安平路456号", "浙江省杭州市西湖区文三路123号"),
        ("上海市东和区安平路456号，长安平路456号，安平路4567号", None),
        ("青海省嘉宁市东和区，嘉宁市，东和区安平路", None),
    ],
)
def test_an_address_comes_back_where_street_and_number_stand(written: str, restored: str | None) -> None:
    assert restore(written, ADDRESSES) == (written if restored is None else restored)


@pytest.mark.parametrize(
    ("original", "surrogate", "written"),
    [
        ("5 Main St, Springfield", "9 Elm Rd, Apt 4, Ville", "9 Elm Rd"),
        ("Main St, 62704 Springfield", "Elm Rd, 51234 Marshville", "51234 Marshville"),
        ("5 A, Springfield", "9 B, Marshville", "9 B"),
        ("浙江省西湖区文三路123号", "青海省嘉宁市安平路456号", "安平路456号"),
    ],
)
def test_what_is_not_built_alike_or_no_street_has_no_parts(original: str, surrogate: str, written: str) -> None:
    table = forms([address(original, surrogate)])
    assert restore(f"in {written}.", table) == f"in {written}."
    assert restore(surrogate, table) == original


def test_a_street_that_two_addresses_share_comes_back_only_if_it_is_the_same() -> None:
    one, two = ("5 Main St, Springfield", "9 Grant Rd, Marshville"), ("7 Main St, Lima", "9 Grant Rd, Grantburg")
    assert restore("9 Grant Rd", forms([address(*one), address(*two)])) == "9 Grant Rd"
    assert restore("9 Grant Rd", forms([address(*one), address("5 Main St, Lima", two[1])])) == "5 Main St"
