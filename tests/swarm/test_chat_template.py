from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.backends.engines.engine import EMBEDDED_TEMPLATE
from gateway.paths import Paths
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


CONVERSATIONS = [
    [Message("user", "hi")],
    [Message("system", "be brief"), Message("user", "hi"), Message("assistant", "yes?"), Message("user", "nothing")],
]


@pytest.mark.parametrize("messages", CONVERSATIONS)
def test_the_embedded_models_template_writes_what_its_own_does(state_dir: Path, messages: list[Message]) -> None:
    checkpoint = Paths(state_dir).checkpoint
    own, ours = ChatTemplate(checkpoint), ChatTemplate(checkpoint, EMBEDDED_TEMPLATE)
    assert ours.render(messages) == own.render(messages)
    assert not own.shows_tools


def test_the_embedded_models_template_shows_tools_and_calls_besides(state_dir: Path) -> None:
    template = ChatTemplate(Paths(state_dir).checkpoint, EMBEDDED_TEMPLATE)
    assert template.shows_tools
    assert template.shows_calls
    assert recognised(template.example) is HERMES


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


@pytest.mark.parametrize("id_", ["call_9f86d081884c7d659a2feaa0", "a1b2c3d4e", "", "一二三四五六七八九", "x" * 500])
def test_any_id_of_a_call_suits_templates_that_want_nine_letters(tmp_path: Path, id_: str) -> None:
    source = (
        "{% for m in messages %}{% for c in m.tool_calls or [] %}<{{ c.id }}>{% endfor %}"
        "{% if m.role == 'tool' %}<{{ m.tool_call_id }}>{% endif %}{% endfor %}"
        "{% for tool in tools or [] %}{{ tool }}{% endfor %}{% for m in messages %}{{ m }}{% endfor %}"
    )
    called = [Message("assistant", "", (Call(id_, "weather", "{}"),)), Message("tool", "sunny", answers=id_)]
    found = re.match(r"<([0-9a-zA-Z]{9})><([0-9a-zA-Z]{9})>", _template(tmp_path, source).render(called))
    assert found is not None
    assert found[1] == found[2]
    assert (found[1] == id_) is (id_ == "a1b2c3d4e")


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
