"""The `anthropic` package. Its base URL ends before /v1."""

import json
from typing import Any

from anthropic import Anthropic
from pydantic import BaseModel
from steps import CLEAN, KEY, SENSITIVE, serve

WEATHER: Any = {
    "name": "weather",
    "description": "The weather in a city",
    "input_schema": {
        "type": "object",
        # So that a small model does not ramble.
        "properties": {"city": {"type": "string", "maxLength": 30}},
        "required": ["city"],
        "additionalProperties": False,
    },
}


class Person(BaseModel):
    name: str
    age: int


def connect(base_url: str) -> Anthropic:
    return Anthropic(base_url=base_url.removesuffix("/v1"), api_key=KEY)


def user(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def models(base_url: str) -> Any:
    return [model.id for model in connect(base_url).models.list()]


def asked(base_url: str) -> Any:
    answer = connect(base_url).messages.create(model="auto", messages=user(CLEAN), max_tokens=6)
    return {"text": answer.content[0].text, "tokens": answer.usage.output_tokens, "reason": answer.stop_reason}  # type: ignore[union-attr]


def raw(base_url: str) -> Any:
    response = connect(base_url).messages.with_raw_response.create(model="auto", messages=user(SENSITIVE), max_tokens=6)
    return {"headers": dict(response.headers), "text": response.parse().content[0].text}  # type: ignore[union-attr]


def streamed(base_url: str) -> Any:
    with connect(base_url).messages.stream(model="local", messages=user(CLEAN), max_tokens=6) as stream:
        pieces = list(stream.text_stream)
        tokens = stream.get_final_message().usage.output_tokens
        return {"pieces": pieces, "whole": stream.get_final_text(), "tokens": tokens}


def parsed(base_url: str) -> Any:
    answer = connect(base_url).messages.parse(
        model="local",
        messages=user("Bob is 5 years old."),
        output_format=Person,
        max_tokens=60,
        extra_body={"temperature": 0},
    )
    assert isinstance(answer.parsed_output, Person)
    return answer.parsed_output.model_dump()


def counted(base_url: str, text: str) -> Any:
    return connect(base_url).messages.count_tokens(model="auto", messages=user(text)).input_tokens


def tools_loop(base_url: str) -> Any:
    """A tool is called in a stream, its result given back, and the answer read."""
    messages, client = user("What is the weather in Paris?"), connect(base_url)
    with client.messages.stream(model="auto", messages=messages, tools=[WEATHER], max_tokens=60) as stream:
        called = stream.get_final_message()
    [call] = [block for block in called.content if block.type == "tool_use"]
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
    messages += [{"role": "assistant", "content": called.content}, {"role": "user", "content": [result]}]
    answer = client.messages.create(model="auto", messages=messages, tools=[WEATHER], max_tokens=60)
    return {"reason": called.stop_reason, "input": call.input, "text": answer.content[0].text}  # type: ignore[union-attr]


def forced_tools_loop(base_url: str, model: str, choice: Any) -> Any:
    """The same where a call is forced, which may be more than one."""
    messages, client = user("What is the weather in Paris?"), connect(base_url)
    options: Any = {"model": model, "tools": [WEATHER], "max_tokens": 120, "extra_body": {"temperature": 0}}
    with client.messages.stream(messages=messages, tool_choice=choice, **options) as stream:
        pieces = [event.partial_json for event in stream if event.type == "input_json"]
        called = stream.get_final_message()
    calls = [block for block in called.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call.id, "content": "sunny"} for call in calls]
    messages += [{"role": "assistant", "content": called.content}, {"role": "user", "content": results}]
    answer = client.messages.create(messages=messages, **options)
    return {
        "calls": [{"name": call.name, "arguments": json.dumps(call.input)} for call in calls],
        "pieces": pieces,
        "reason": called.stop_reason,
        "text": answer.content[0].text,
    }


def said(base_url: str, text: str, model: str = "auto") -> Any:
    """One question, with the retries that the package makes of its own accord."""
    answer = connect(base_url).messages.create(model=model, messages=user(text), max_tokens=6)
    return answer.content[0].text  # type: ignore[union-attr]


def with_a_server(base_url: str) -> Any:
    server: Any = {"type": "url", "name": "weather", "url": "https://mcp.example"}
    connect(base_url).beta.messages.create(model="auto", messages=user(CLEAN), max_tokens=6, mcp_servers=[server])


serve(globals())
