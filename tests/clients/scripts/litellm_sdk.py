"""LiteLLM's SDK."""

from typing import Any

import litellm
from steps import CLEAN, KEY, SENSITIVE, TEXTS, serve


def ask(base_url: str, text: str, model: str = "openai/auto", **more: Any) -> Any:
    messages = [{"role": "user", "content": text}]
    return litellm.completion(
        model=model, api_base=base_url, api_key=KEY, messages=messages, **{"max_tokens": 6, **more}
    )


def asked(base_url: str) -> Any:
    answer = ask(base_url, CLEAN)
    return {"text": answer.choices[0].message.content, "headers": answer._hidden_params["additional_headers"]}


def sensitive(base_url: str) -> Any:
    return ask(base_url, SENSITIVE).choices[0].message.content


def streamed(base_url: str) -> Any:
    chunks = list(ask(base_url, CLEAN, "openai/local", stream=True, stream_options={"include_usage": True}))
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    whole = litellm.stream_chunk_builder(chunks)
    return {"pieces": pieces, "whole": whole.choices[0].message.content, "tokens": whole.usage.completion_tokens}


def said(base_url: str, text: str) -> Any:
    return ask(base_url, text).choices[0].message.content


def tools_loop(base_url: str) -> Any:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tools = [{"type": "function", "function": {"name": "weather", "parameters": parameters}}]
    chunks = list(ask(base_url, "What is the weather in Paris?", tools=tools, stream=True))
    message = litellm.stream_chunk_builder(chunks).choices[0].message
    [call] = message.tool_calls
    messages = given_back(message, call.id)
    answer = litellm.completion(model="openai/auto", api_base=base_url, api_key=KEY, messages=messages, tools=tools)
    called = {"id": call.id, "name": call.function.name, "arguments": call.function.arguments}
    return {"call": called, "text": answer.choices[0].message.content}


def given_back(message: Any, call_id: str) -> list[Any]:
    return [
        {"role": "user", "content": "What is the weather in Paris?"},
        message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call_id, "content": "sunny"},
    ]


def forced_tools_loop(base_url: str, model: str) -> Any:
    """The same where the call is forced."""
    parameters = {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 30}},
        "required": ["city"],
        "additionalProperties": False,
    }
    tools = [{"type": "function", "function": {"name": "weather", "parameters": parameters}}]
    named = {"type": "function", "function": {"name": "weather"}}
    options = {"model": f"openai/{model}", "tools": tools, "max_tokens": 80, "temperature": 0}
    chunks = list(ask(base_url, "What is the weather in Paris?", tool_choice=named, stream=True, **options))
    message = litellm.stream_chunk_builder(chunks).choices[0].message
    [call] = message.tool_calls
    answer = litellm.completion(api_base=base_url, api_key=KEY, messages=given_back(message, call.id), **options)
    called = {"name": call.function.name, "arguments": call.function.arguments}
    return {"calls": [called], "text": answer.choices[0].message.content}


def embedded(base_url: str) -> Any:
    answer = litellm.embedding(model="openai/local", api_base=base_url, api_key=KEY, input=TEXTS)
    return [item["embedding"] for item in answer.data]


def responded(base_url: str) -> Any:
    answer = litellm.responses(
        model="openai/auto", api_base=base_url, api_key=KEY, input=SENSITIVE, max_output_tokens=6
    )
    return answer.output_text


async def messages(base_url: str) -> Any:
    """By Anthropic's API, whose base URL ends before /v1."""
    answer = await litellm.anthropic.messages.acreate(
        model="anthropic/auto",
        api_base=base_url.removesuffix("/v1"),
        api_key=KEY,
        messages=[{"role": "user", "content": SENSITIVE}],
        max_tokens=6,
    )
    return answer["content"][0]["text"]


serve(globals())
