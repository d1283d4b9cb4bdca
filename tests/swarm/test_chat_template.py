from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.swarm.call_format import HERMES, LLAMA_3, MISTRAL, CallFormat, recognised
from gateway.swarm.chat_template import ChatTemplate
from gateway.swarm.errors import BridgeError
from gateway.swarm.messages import Call, Message
from gateway.swarm.tools import Tool
from tests.swarm.asked import HERMES_TEMPLATE, LLAMA_3_TEMPLATE, MISTRAL_TEMPLATE


def _template(place: Path, source: str | None, **config: object) -> ChatTemplate:
    (place / "tokenizer_config.json").write_text(json.dumps({"chat_template": source, **config}))
    return ChatTemplate(place)


def test_a_conversation_becomes_the_text_that_the_template_says(tmp_path: Path) -> None:
    source = (
        "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    template = _template(tmp_path, source, bos_token={"content": "<s>"})
    assert template.render([Message("system", "be {{brief}}"), Message("user", "hi")]) == (
        "<s><system>be {{brief}}<user>hi<assistant>"
    )


def test_a_template_that_refuses_is_a_bad_request_without_its_words(tmp_path: Path) -> None:
    template = _template(tmp_path, "{{ raise_exception('secret ' + messages[0].content) }}")
    with pytest.raises(BridgeError) as refused:
        template.render([Message("user", "canary")])
    assert (refused.value.status, refused.value.param) == (400, "messages")
    assert "canary" not in json.dumps(refused.value.body())


def test_a_template_cannot_leave_its_sandbox(tmp_path: Path) -> None:
    template = _template(tmp_path, "{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(BridgeError):
        template.render([Message("user", "hi")])


def test_a_model_without_template_takes_completions_only(tmp_path: Path) -> None:
    with pytest.raises(BridgeError) as refused:
        _template(tmp_path, None).render([Message("user", "hi")])
    assert refused.value.code == "unsupported_parameter"


def test_a_broken_template_is_an_error_at_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="chat template"):
        _template(tmp_path, "{% for %}")


CALLED = [
    Message("user", "hi"),
    Message("assistant", "", (Call("a1b2c3d4e", "weather", '{"city": "<Röm>"}'),)),
    Message("tool", "sunny", answers="a1b2c3d4e", tool="weather"),
]
WEATHER = Tool("weather", "tells the weather", {"type": "object", "properties": {"city": {"type": "string"}}})


@pytest.mark.parametrize(
    ("source", "form"), [(HERMES_TEMPLATE, HERMES), (MISTRAL_TEMPLATE, MISTRAL), (LLAMA_3_TEMPLATE, LLAMA_3)]
)
def test_a_template_shows_how_its_model_calls_tools(tmp_path: Path, source: str, form: CallFormat) -> None:
    template = _template(tmp_path, source)
    assert (template.shows_tools, template.shows_calls) == (True, True)
    assert recognised(template.example) == form
    prompt = template.render(CALLED, [WEATHER])
    assert '{"city": "<Röm>"}' in prompt
    assert "tells the weather" in prompt
    assert "sunny" in prompt


def test_tools_may_have_a_template_of_their_own(tmp_path: Path) -> None:
    named = [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": HERMES_TEMPLATE}]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    template = ChatTemplate(tmp_path)
    assert template.render([Message("user", "hi")]) == "plain"
    assert "tells the weather" in template.render([Message("user", "hi")], [WEATHER])
    assert "sunny" in template.render(CALLED)


def test_a_template_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "chat_template.jinja").write_text("in a file")
    assert _template(tmp_path, None).render([Message("user", "hi")]) == "in a file"


def test_a_template_that_drops_tools_or_calls_refuses_them_by_name(tmp_path: Path) -> None:
    template = _template(tmp_path, "{% for m in messages %}{{ m.role }}{{ m.content }}{% endfor %}")
    assert (template.shows_tools, template.shows_calls, template.example) == (False, False, "")
    for arguments, param in (([Message("user", "hi")], [WEATHER]), "tools"), ((CALLED,), "messages"):
        with pytest.raises(BridgeError) as refused:
            template.render(*arguments)
        assert (refused.value.code, refused.value.param) == ("unsupported_parameter", param)


def test_a_way_of_calling_that_is_not_known_is_not_guessed() -> None:
    assert recognised('[TOOL_CALLS]weather[ARGS]{"city": "Rome"}') is None
    assert (
        recognised('[{"type": "function", "function": {"name": "f", "description": "", "parameters": {}}}] f(x)')
        is None
    )
