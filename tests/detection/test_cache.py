import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.detection.cache import FindingsCache
from gateway.detection.findings import Finding

FOUND = (Finding(0, 5, "PERSON", 0.9, "r"),)


def test_findings_are_kept_under_version_and_text() -> None:
    cache = FindingsCache(10)
    key = cache.key("v1", "Maria")
    assert cache.get(key) is None
    cache.put(key, FOUND)
    assert cache.get(cache.key("v1", "Maria")) == FOUND
    assert cache.get(cache.key("v2", "Maria")) is None
    assert cache.get(cache.key("v1", "maria")) is None


def test_a_text_without_findings_is_known_too() -> None:
    cache = FindingsCache(10)
    cache.put(cache.key("v", "hello"), ())
    assert cache.get(cache.key("v", "hello")) == ()


@settings(deadline=None)
@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_version_and_text_do_not_run_into_each_other(v1: str, t1: str, v2: str, t2: str) -> None:
    cache = FindingsCache(1)
    if "\0" not in v1 + v2 and (v1, t1) != (v2, t2):
        assert cache.key(v1, t1) != cache.key(v2, t2)


def test_any_string_has_a_key_also_a_lone_surrogate() -> None:
    cache = FindingsCache(1)
    assert cache.key("v", "\ud800") != cache.key("v", "\ud801")
    assert len(cache.key("v", "")) == 32


def test_the_text_used_longest_ago_goes_first() -> None:
    cache = FindingsCache(2)
    one, two, three = (cache.key("v", text) for text in ("1", "2", "3"))
    cache.put(one, ())
    cache.put(two, ())
    cache.get(one)
    cache.put(three, FOUND)
    assert (cache.get(one), cache.get(two), cache.get(three)) == ((), None, FOUND)


def test_a_cache_of_nothing_keeps_nothing() -> None:
    cache = FindingsCache(0)
    cache.put(cache.key("v", "x"), FOUND)
    assert cache.get(cache.key("v", "x")) is None


@pytest.mark.parametrize("text", ["Maria Gonzalez", "张三丰"])
def test_it_holds_no_text_and_its_keys_fit_no_other_process(text: str) -> None:
    cache = FindingsCache(10)
    key = cache.key("v", text)
    cache.put(key, FOUND)
    assert text.encode() not in pickle.dumps(vars(cache))
    assert FindingsCache(10).key("v", text) != key
