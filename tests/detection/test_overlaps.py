"""The same thing seen twice is one finding; a check digit outranks guesses and nothing else is dropped."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.detection.findings import Finding
from gateway.detection.overlaps import settle


def test_overlapping_findings_of_one_type_become_the_surest() -> None:
    found = [Finding(0, 5, "PERSON", 0.6, "A"), Finding(3, 9, "PERSON", 0.9, "B"), Finding(9, 12, "PERSON", 0.5, "A")]
    assert settle(found) == (Finding(0, 9, "PERSON", 0.9, "B"), Finding(9, 12, "PERSON", 0.5, "A"))


def test_a_proven_number_refutes_guesses_inside_it() -> None:
    card = Finding(0, 16, "CREDIT_CARD", 1.0, "Card")
    assert settle([card, Finding(0, 11, "PHONE_NUMBER", 0.75, "Phone")]) == (card,)
    assert len(settle([card, Finding(0, 20, "PHONE_NUMBER", 0.75, "Phone")])) == 2
    assert len(settle([card, Finding(2, 9, "PERSON", 0.5, "Model")])) == 2


def test_an_unproven_number_refutes_nothing() -> None:
    found = [Finding(0, 16, "CREDIT_CARD", 0.6, "Card"), Finding(0, 11, "PHONE_NUMBER", 0.75, "Phone")]
    assert len(settle(found)) == 2


def test_which_state_gave_a_number_is_better_than_that_some_state_did() -> None:
    some, labelled = (Finding(3, 14, "GOVERNMENT_ID", 0.5, name) for name in ("StateNumberRecognizer", "Labelled"))
    which, inside = Finding(3, 14, "US_SSN", 0.85, "Ssn"), Finding(3, 9, "US_SSN", 0.85, "Ssn")
    assert settle([some, which]) == (which,)
    assert len(settle([some, inside])) == 2
    assert len(settle([labelled, which])) == 2
    assert len(settle([some, Finding(3, 14, "PHONE_NUMBER", 0.9, "Phone")])) == 2


@given(
    st.lists(
        st.builds(
            lambda start, length, entity: Finding(start, start + length, entity, 0.8, "R"),
            st.integers(0, 40),
            st.integers(1, 10),
            st.sampled_from(["PERSON", "API_KEY", "URL"]),
        ),
        max_size=20,
    )
)
def test_every_finding_stays_covered_by_one_of_its_type(findings: list[Finding]) -> None:
    settled = settle(findings)
    assert list(settled) == sorted(settled)
    for item in findings:
        assert any(kept.entity == item.entity and kept.start <= item.start and item.end <= kept.end for kept in settled)
