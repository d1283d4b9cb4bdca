"""Whoever changes the past is found."""

from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.audit.log import AuditLog, line_hash
from gateway.audit.query import decisions, verify

COUNT = 8


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    path = tmp_path_factory.mktemp("audit") / "audit.jsonl"
    log = AuditLog(path)
    for number in range(COUNT):
        log.append_blocking({"event": "test", "label": "public", "n": number})
    log.close()
    return path.read_bytes().splitlines(keepends=True)


def breaks(tmp_path: Path, changed: list[bytes]) -> list[int]:
    path = tmp_path / "changed.jsonl"
    path.write_bytes(b"".join(changed))
    return [item.line for item in verify(path)[1]]


def test_an_untouched_chain_holds(tmp_path: Path, written: list[bytes]) -> None:
    assert breaks(tmp_path, written) == []


@pytest.mark.parametrize("number", range(COUNT - 1))
def test_a_changed_record_is_found_at_the_one_after_it(tmp_path: Path, written: list[bytes], number: int) -> None:
    changed = list(written)
    changed[number] = changed[number].replace(b'"public"', b'"secret"')
    assert breaks(tmp_path, changed) == [number + 2]


@pytest.mark.parametrize("number", range(COUNT - 1))
def test_white_space_is_a_change_too(tmp_path: Path, written: list[bytes], number: int) -> None:
    changed = list(written)
    changed[number] = changed[number].replace(b'"label":', b'"label": ')
    assert breaks(tmp_path, changed)


@pytest.mark.parametrize("number", range(COUNT - 1))
def test_a_removed_record_is_found(tmp_path: Path, written: list[bytes], number: int) -> None:
    assert number + 1 in breaks(tmp_path, written[:number] + written[number + 1 :])


@pytest.mark.parametrize("number", range(COUNT + 1))
def test_an_inserted_record_is_found(tmp_path: Path, written: list[bytes], number: int) -> None:
    forged = orjson.dumps({"seq": number + 1, "event": "test", "prev": "0" * 64}) + b"\n"
    assert breaks(tmp_path, [*written[:number], forged, *written[number:]])


@pytest.mark.parametrize("number", range(COUNT + 1))
@pytest.mark.parametrize("junk", [b"\n", b"{}\n", b"# comment\n", b"[1]\n", b'{"seq":"one","prev":1}\n'])
def test_an_inserted_line_that_is_no_record_is_found(
    tmp_path: Path, written: list[bytes], number: int, junk: bytes
) -> None:
    assert breaks(tmp_path, [*written[:number], junk, *written[number:]]) == [number + 1]


@pytest.mark.parametrize("number", range(COUNT - 1))
def test_two_exchanged_records_are_found(tmp_path: Path, written: list[bytes], number: int) -> None:
    changed = list(written)
    changed[number], changed[number + 1] = changed[number + 1], changed[number]
    assert breaks(tmp_path, changed)


def test_a_doubled_record_is_found(tmp_path: Path, written: list[bytes]) -> None:
    for number in range(COUNT):
        assert breaks(tmp_path, [*written[: number + 1], *written[number:]])


@given(st.integers(0, COUNT - 2), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_any_changed_byte_is_found(tmp_path: Path, written: list[bytes], number: int, data: st.DataObject) -> None:
    line = written[number]
    place = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != line[place]))
    changed = [*written[:number], line[:place] + bytes([byte]) + line[place + 1 :], *written[number + 1 :]]
    assert breaks(tmp_path, changed)


def test_a_chain_shows_the_loss_of_its_end_only_against_a_hash_noted_elsewhere(
    tmp_path: Path, written: list[bytes]
) -> None:
    """A limit of every hash chain, written down here so that nobody relies on more."""
    assert breaks(tmp_path, written[:-1]) == []
    assert line_hash(written[-1]) != line_hash(written[-2])


class TestRecovery:
    @pytest.fixture
    def cut(self, tmp_path: Path, written: list[bytes]) -> list[bytes]:
        path = tmp_path / "cut.jsonl"
        path.write_bytes(b"".join(written[:4]) + written[4][:30])
        log = AuditLog(path)
        log.append_blocking({"event": "test"})
        log.close()
        return path.read_bytes().splitlines(keepends=True)

    def test_a_cut_off_line_that_was_recovered_is_no_break(self, tmp_path: Path, cut: list[bytes]) -> None:
        assert breaks(tmp_path, cut) == []

    def test_but_changing_it_is(self, tmp_path: Path, cut: list[bytes]) -> None:
        assert breaks(tmp_path, [*cut[:4], b'{"another": "text"\n', *cut[5:]]) == [5]

    def test_and_removing_it_is(self, tmp_path: Path, cut: list[bytes]) -> None:
        assert breaks(tmp_path, cut[:4] + cut[5:]) == [5]

    def test_and_adding_a_line_beside_it_is(self, tmp_path: Path, cut: list[bytes]) -> None:
        assert breaks(tmp_path, [*cut[:4], b"noise\n", *cut[4:]]) == [5]

    def test_and_not_recovering_it_is(self, tmp_path: Path, cut: list[bytes]) -> None:
        assert breaks(tmp_path, cut[:5]) == [5]


def test_a_decision_is_told_with_its_outcome_and_one_without_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditLog(path)
    for record in (
        {"event": "started"},
        {"event": "decision", "decision": "d1", "label": "public", "timings": {"detect_ms": 1}},
        {"event": "decision", "decision": "d2", "label": "secret"},
        {"event": "outcome", "decision": "d2", "outcome": "denied", "timings": {"total_ms": 2}},
        {"event": "outcome", "decision": "unknown", "outcome": "failed"},
        {"event": "decision"},
    ):
        log.append_blocking(record)
    log.close()
    told = list(decisions(path))
    assert [record.get("event") for record in told] == ["started", "decision", "decision", "decision"]
    assert (told[1]["decision"], told[1]["outcome"], told[1]["timings"]) == ("d2", "denied", {"total_ms": 2})
    assert (told[2]["decision"], "outcome" in told[2]) == ("d1", False)
