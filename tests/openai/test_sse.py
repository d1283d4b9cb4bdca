from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.openai.sse import DONE, EventTooLarge, data_lines, event


async def lines(*chunks: bytes, limit: int = 1 << 20) -> list[bytes]:
    async def arriving() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line async for line in data_lines(arriving(), limit)]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b'data: {"a": 1}\n\ndata: [DONE]\n\n', [b'{"a": 1}', b"[DONE]"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
        (b"data:a\n\n", [b"a"]),
        (b": comment\n\nevent: x\nid: 7\nretry: 3\ndata: a\n\n", [b"a"]),
        (b": keep-alive\n\n" * 3 + b"data: a\n\n", [b"a"]),
        (b"data: a", [b"a"]),
        (b"data: a\n", [b"a"]),
        (b"database: a\n\nxdata: b\n\n", []),
        (b"", []),
        (b"{}", []),
        ("data: 张三丰\n\n".encode(), ["张三丰".encode()]),
    ],
)
async def test_data_is_found_between_everything_else(stream: bytes, expected: list[bytes]) -> None:
    assert await lines(stream) == expected


pieces = st.sampled_from(
    [
        b"data: ",
        b"data:",
        b"\n",
        b"\r\n",
        b"\n\n",
        b": ping\n",
        b"[DONE]",
        b'{"a": "\xe5\xbc\xa0"}',
        b"x",
        b" ",
        b"event: e\n",
    ]
)


@settings(deadline=None)
@given(st.lists(pieces, max_size=20).map(b"".join), st.data())
async def test_it_makes_no_difference_where_the_network_cuts(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    bounds = [0, *cuts, len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(bounds)]
    assert b"".join(chunks) == stream
    assert await lines(*chunks) == await lines(stream)
    assert await lines(*(stream[index : index + 1] for index in range(len(stream)))) == await lines(stream)


async def test_an_event_without_end_is_given_up() -> None:
    with pytest.raises(EventTooLarge):
        await lines(b"data: ", *([b"x" * 100] * 50), limit=1000)


async def test_many_events_may_be_longer_than_the_limit_together() -> None:
    assert len(await lines(*([b"data: " + b"x" * 100 + b"\n\n"] * 50), limit=1000)) == 50


def test_an_event_is_one_line_whatever_it_holds() -> None:
    written = event({"content": "a\nb\r\n\ndata: [DONE]\n\n\u2028\u2029\u0085"})
    assert written.startswith(b"data: ")
    assert written.endswith(b"\n\n")
    assert written.count(b"\n") == 2
    assert b"\r" not in written
    assert len(written.decode().splitlines()) == 2  # as some clients split it


async def test_what_is_written_is_read_back() -> None:
    assert await lines(event({"a": "张\n"}) + DONE) == ['{"a":"张\\n"}'.encode(), b"[DONE]"]
