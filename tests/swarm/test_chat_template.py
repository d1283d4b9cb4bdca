from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.swarm.chat_template import ChatTemplate
from gateway.swarm.errors import BridgeError


def _template(place: Path, source: str | None, **config: object) -> ChatTemplate:
    (place / "tokenizer_config.json").write_text(json.dumps({"chat_template": source, **config}))
    return ChatTemplate(place)


def test_a_conversation_becomes_the_text_that_the_template_says(tmp_path: Path) -> None:
    source = (
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    template = _template(tmp_path, source, bos_token={"content": "<s>"})
    assert template.render([("system", "be {{brief}}"), ("user", "hi")]) == (
        "<s><system>be {{brief}}<user>hi<assistant>"
    )


def test_a_template_that_refuses_is_a_bad_request_without_its_words(tmp_path: Path) -> None:
    template = _template(tmp_path, "{{ raise_exception('secret ' + messages[0].content) }}")
    with pytest.raises(BridgeError) as refused:
        template.render([("user", "canary")])
    assert (refused.value.status, refused.value.param) == (400, "messages")
    assert "canary" not in json.dumps(refused.value.body())


def test_a_template_cannot_leave_its_sandbox(tmp_path: Path) -> None:
    template = _template(tmp_path, "{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(BridgeError):
        template.render([("user", "hi")])


def test_a_model_without_template_takes_completions_only(tmp_path: Path) -> None:
    with pytest.raises(BridgeError) as refused:
        _template(tmp_path, None).render([("user", "hi")])
    assert refused.value.code == "unsupported_parameter"


def test_a_broken_template_is_an_error_at_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="chat template"):
        _template(tmp_path, "{% for %}")
