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


FLATS = forms(
    [
        address("Apartment 4, 22 Elm Street, Dayton", "Apartment 7, 57 Saunders Street, Strickland"),
        address("12 Main Street, Ste 8, Lima, OH 45402", "21 Barry Street, Ste 9, Moore, OH 12345"),
        address("5 Oak Lane, #4, Lima", "9 Webb Lane, #8, Moore"),
        address("5 Fir Lane, Gary, IN 46204", "9 Cobb Lane, Ruiz, IN 12345"),
    ]
)


@pytest.mark.parametrize(
    ("written", "restored"),
    [
        ("57 Saunders Street; 57 SAUNDERS STREET", "22 Elm Street; 22 ELM STREET"),
        ("57 Saunders Street, Strickland", "22 Elm Street, Dayton"),
        ("Apartment 7, 57 Saunders Street", "Apartment 4, 22 Elm Street"),
        ("Apt. 7 at 57 Saunders Street, #7\n57 Saunders Street", "Apt. 4 at 22 Elm Street, #4\n22 Elm Street"),
        ("57 Saunders Street, Apartment 7", "22 Elm Street, Apartment 4"),
        ("57 Saunders Street Apt 7, 57 Saunders Street #7", "22 Elm Street Apt 4, 22 Elm Street #4"),
        ("57 Saunders Street, Apt. 7, Strickland", "22 Elm Street, Apt. 4, Dayton"),
        ("57 Saunders Street, Strickland, Apartment 7", "22 Elm Street, Dayton, Apartment 4"),
        ("57 Saunders Street, apart from that", "22 Elm Street, apart from that"),
        ("21 Barry Street, Suite 9; 21 Barry Street, Moore", "12 Main Street, Suite 8; 12 Main Street, Lima"),
        ("9 Webb Lane, Apt 8; 9 Webb Lane #8", "5 Oak Lane, Apt 4; 5 Oak Lane #4"),
        ("9 Cobb Lane; 9 Cobb Lane\nRuiz", "5 Fir Lane; 5 Fir Lane\nGary"),
        ("9 Webb Lane, #9; 9 Cobb Lane IN 12345, Ruiz", "9 Webb Lane, #9; 5 Fir Lane IN 12345, Ruiz"),
        # Its unit alone, or another one
        ("Apartment 7, APARTMENT 7; Suite 9, Ste 9", None),
        ("57 Saunders Street, Apartment 8; 57 Saunders Street Unit 71; 57 SAUNDERS STREET, FLOOR 7", None),
        ("57 Saunders Street, Strickland, Apt 12; 21 Barry Street, Moore, OH 12345, Room 9", None),
    ],
)
def test_an_address_with_a_flat_comes_back_with_it_or_without_but_not_half(written: str, restored: str | None) -> None:
    assert restore(written, FLATS) == (written if restored is None else restored)


@pytest.mark.parametrize(
    ("original", "surrogate", "written"),
    [
        ("Highway 12, Dayton", "Highway 84, Vincent", "Highway 84"),
        ("Route 66, Dayton, OH 45402", "Route 20, Sherman, OH 86226", "Route 20"),
        ("Building 7, Room 12, North Campus", "Building 2, Room 37, North Wong", "Building 2, Building 2, Room 37"),
        ("P.O. Box 1234, Dayton", "P.O. Box 8488, Joyce", "P.O. Box 8488"),
        ("Suite 400, Dayton", "Suite 986, Ruiz", "Suite 986"),
        ("Wohnung 12, Berlin", "Wohnung 34, Grantburg", "Wohnung 34"),
        # A name that is not replaced is anybody's
        ("Broadway 12, Dayton", "Broadway 84, Vincent", "Broadway 84"),
    ],
)
def test_a_unit_or_a_road_with_a_number_is_no_street(original: str, surrogate: str, written: str) -> None:
    table = forms([address(original, surrogate)])
    assert restore(f"See {written}.", table) == f"See {written}."
    assert restore(surrogate, table) == original


def test_of_very_many_addresses_those_with_a_flat_come_back_with_it() -> None:
    table = forms(
        [address(f"Unit 4, {number} Elm Road, Lima", f"Unit 7, {number} Grant Road, Moore") for number in range(90)]
    )
    assert restore("Unit 7\n57 Grant Road, Moore", table) == "Unit 4\n57 Elm Road, Lima"
    assert restore("57 Grant Road, Unit 7", table) == "57 Grant Road, Unit 7"
