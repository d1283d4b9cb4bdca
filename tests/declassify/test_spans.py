"""Names that were found in half are replaced whole; what stands beside a name without being part of it stays."""

from __future__ import annotations

import pytest

from gateway.declassify.spans import Span, found_spans, sweep
from gateway.detection.findings import Finding

PATH = "messages[0].content"


def names(text: str, *values: str) -> list[str]:
    """What would be replaced in `text`, in which the first of each of `values` was found."""
    findings = [
        (PATH, Finding(text.index(value), text.index(value) + len(value), "PERSON", 1.0, "test")) for value in values
    ]
    spans: dict[str, list[Span]] = found_spans({PATH: text}, findings, lambda entity: "pseudonym")
    sweep({PATH: text}, spans)
    return [text[span.start : span.end] for span in spans[PATH]]


@pytest.mark.parametrize(
    ("text", "found", "replaced"),
    [
        ("Anna Berger and Otto Berger are here.", "Anna Berger", ["Anna Berger", "Otto Berger"]),
        ("Otto Berger called. Anna Berger did not.", "Anna Berger", ["Otto Berger", "Anna Berger"]),
        ("Anna Berger met Zdzislav Berger.", "Anna Berger", ["Anna Berger", "Zdzislav Berger"]),
        ("Anna Berger met Otto-Karl Berger's son.", "Anna Berger", ["Anna Berger", "Otto-Karl Berger"]),
        ("Anna Berger met O. Berger and O. K. Berger.", "Anna Berger", ["Anna Berger", "O. Berger", "O. K. Berger"]),
        ("Anna Berger met Otto Karl Berger.", "Anna Berger", ["Anna Berger", "Otto Karl Berger"]),
        ("Anna Berger met Will Berger, Grace Berger.", "Anna Berger", ["Anna Berger", "Will Berger", "Grace Berger"]),
        ("Priya Sharma (PS) is in. PS, P.S. and PSA.", "Priya Sharma", ["Priya Sharma", "PS", "PS"]),
        ("Sarah J. Whitfield, SJW, S. J. W.", "Sarah J. Whitfield", ["Sarah J. Whitfield", "SJW", "S. J. W."]),
        ("Priya Sharma has PS 5 games.", "Priya Sharma", ["Priya Sharma"]),
        ("Dr. Vang lives in Vang Drive; Dr No came. Vang!", "Dr. Vang", ["Dr. Vang", "Vang", "Vang"]),
        ("Anna Berger met Otto Berger. Otto left.", "Anna Berger", ["Anna Berger", "Otto Berger", "Otto"]),
        ("Anna Berger and Anna Schmidt are here.", "Anna Berger", ["Anna Berger", "Anna Schmidt"]),
        ("Anna Berger met Anna Zborowska's son.", "Anna Berger", ["Anna Berger", "Anna Zborowska"]),
        ("Anna Berger met Anna Baker.", "Anna Berger", ["Anna Berger", "Anna Baker"]),
        ("Yesterday Peter Schmidt came.", "Schmidt", ["Peter Schmidt"]),
        ("So said Hans Peter Schmidt.", "Peter Schmidt", ["Hans Peter Schmidt"]),
        ("We met Maria Garcia Lopez.", "Maria Garcia", ["Maria Garcia Lopez"]),
        ("BERGER, ANNA BERGER and OTTO BERGER", "ANNA BERGER", ["BERGER", "ANNA BERGER", "OTTO BERGER"]),
        ("Met Anna Berger and Leo Berger, and Leo Kolzov.", "Anna Berger", ["Anna Berger", "Leo Berger", "Leo Kolzov"]),
    ],
)  # fmt: skip
def test_the_other_half_of_a_name_is_replaced_with_it(text: str, found: str, replaced: list[str]) -> None:
    assert names(text, found) == replaced


@pytest.mark.parametrize(
    "text",
    [
        "Dear Berger,", "Mr Berger", "ask Dr. Berger", "The Berger house", "In Berger's view", "Tell Berger",
        "I think Berger", "Then, Berger", "CEO Berger", "so Chancellor Berger", "die Familie Berger",
        "mit Frau Berger", "Frau Dr. Berger", "Will Berger come?", "May Berger come?", "our neighbour Berger",
        "our Neighbour Berger", "near Lake Berger", "A. Berger", "Berger Street", "Berger Consulting GmbH",
        "mail otto@Berger", "Otto, Berger", "Otto\nBerger", "the otto Berger", "on Monday Berger", "PDF Berger",
        "Berger I know", "Berger May", "Otto  Berger", "Berger's Otto", "Otto/Berger",
    ],
)  # fmt: skip
def test_what_is_no_half_of_the_name_stays(text: str) -> None:
    assert names(f"{text}\n\nKind regards, Anna Berger", "Anna Berger")[0].casefold() == "berger"


@pytest.mark.parametrize(
    "text",
    [
        "Anna Monday",
        "Anna Thanks",
        "Anna I know",
        "Anna The",
        "Anna CEO",
        "Anna went",
        "Anna's Car",
        "Anna, Peter",
        "Anna\nPeter",
    ],
)
def test_what_follows_a_given_name_without_being_its_surname_stays(text: str) -> None:
    assert names(f"Anna Berger is here.\n{text}", "Anna Berger")[1] == "Anna"


def test_a_name_grows_no_further_than_to_the_next_value() -> None:
    assert names("Otto Berger and Anna Berger", "Otto", "Berger", "Anna Berger") == ["Otto", "Berger", "Anna Berger"]


def test_only_names_of_people_grow() -> None:
    text = "We met Otto Berger."
    start = text.index("Berger")
    findings = [(PATH, Finding(start, start + 6, "ORGANIZATION", 1.0, "test"))]
    spans = found_spans({PATH: text}, findings, lambda entity: "pseudonym")
    sweep({PATH: text}, spans)
    assert [(span.start, span.end) for span in spans[PATH]] == [(start, start + 6)]


@pytest.mark.parametrize("text", ["张伟和王张伟", "Анна Бергер", "x 张伟 Otto"])
def test_names_in_other_scripts_stay_as_they_were_found(text: str) -> None:
    found = "张伟" if "张伟" in text else "Бергер"
    assert found in names(text, found)


@pytest.mark.parametrize(
    ("text", "found", "replaced"),
    [
        ("Hallo Petra Kannst du mir helfen? Kannst du auch kochen?", "Petra", ["Petra"]),
        ("Laut Gutachten Bergmann ist es so. Das Gutachten sagt es.", "Bergmann", ["Bergmann"]),
        ("Name: Anna Email: anna@x.com. Write an Email to her.", "Anna", ["Anna", "anna"]),
        ("Dear Anna Please find it attached. Please pay soon.", "Anna", ["Anna"]),
        ("Hola Lucía Espero que estés bien.", "Lucía", ["Lucía"]),
        ("Jan Kowalski comes on 5 Jan 2024. Jan is late.", "Jan Kowalski", ["Jan Kowalski", "Jan"]),
        ("Max Weber: SELECT MAX(salary). Max too.", "Max Weber", ["Max Weber", "Max"]),
        ("Write to My Nguyen about My dog, MY NAME.", "My Nguyen", ["My Nguyen"]),
        ("Uma Singh on the U.S. economy", "Uma Singh", ["Uma Singh"]),
        ("Mr Borrego is here, Mr.", "Mr", []),
        ("Anna Koch. Die Kochs kommen, Kochs Haus.", "Anna Koch", ["Anna Koch", "Koch", "Koch"]),
        ("Tom Vang: the Vangs' house", "Tom Vang", ["Tom Vang", "Vang"]),
        ("王建国在建国七十周年", "王建国", ["王建国"]),
        ("王志强来了，志强走了", "王志强", ["王志强", "志强"]),
    ],
)
def test_what_is_no_name_stays_and_endings_do_not_hide_one(text: str, found: str, replaced: list[str]) -> None:
    assert names(text, found) == replaced


def spans_of(text: str, *values: tuple[str, str]) -> list[tuple[str, str]]:
    """Type and text of what would be replaced where these were found."""
    findings = [
        (PATH, Finding(text.index(value), text.index(value) + len(value), entity, 1.0, "t")) for entity, value in values
    ]
    spans = found_spans({PATH: text}, findings, lambda entity: "pseudonym")
    sweep({PATH: text}, spans)
    return [(span.entity, text[span.start : span.end]) for span in spans[PATH]]


def test_a_name_and_a_date_that_overlap_are_both_replaced() -> None:
    text = "张伟1990年5月6日出生"
    both = [("PERSON", "张伟"), ("DATE_OF_BIRTH", "1990年5月6日")]
    assert spans_of(text, ("PERSON", "张伟1990"), ("DATE_OF_BIRTH", "1990年5月6日")) == both
    assert spans_of(text, ("DATE_OF_BIRTH", "张伟1990年5月6日"), ("PERSON", "张伟")) == both
    assert spans_of(text, ("PERSON", "张伟"), ("DATE_OF_BIRTH", "1990年5月6日")) == both


@pytest.mark.parametrize("again", ["5 May", "May 5th", "5. Mai", "5月5日", "5/5", "5.5."])
def test_a_birthday_without_its_year_is_told_again(again: str) -> None:
    text = f"Born on 5 May 1990. The party is on {again}! Not on 6 May, 5/6 or 5 Mayors."
    found = spans_of(text, ("DATE_OF_BIRTH", "5 May 1990"))
    assert [value for _, value in found] == ["5 May 1990", again.removesuffix(".")]


def test_a_birthday_whose_order_is_not_told_is_looked_for_in_both() -> None:
    text = "DOB 04/05/1990, party on 4 May or 5 April or 6 April"
    assert [value for _, value in spans_of(text, ("DATE_OF_BIRTH", "04/05/1990"))] == ["04/05/1990", "4 May", "5 April"]
