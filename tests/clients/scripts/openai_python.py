"""The `openai` package."""

from typing import Any

from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel
from steps import CLEAN, KEY, SENSITIVE, serve

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Person(BaseModel):
    name: str
    age: int


def user(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def models(base_url: str) -> Any:
    return [model.id for model in OpenAI(base_url=base_url, api_key=KEY).models.list()]


def asked(base_url: str) -> Any:
    client = OpenAI(base_url=base_url, api_key=KEY)
    answer = client.chat.completions.create(model="auto", messages=user(CLEAN), max_tokens=6)
    assert answer.usage is not None
    return {"text": answer.choices[0].message.content, "tokens": answer.usage.completion_tokens}


async def asked_async(base_url: str) -> Any:
    async with AsyncOpenAI(base_url=base_url, api_key=KEY) as client:
        stream = await client.chat.completions.create(
            model="local", messages=user(CLEAN), max_tokens=6, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    return {"text": text, "tokens": chunks[-1].usage and chunks[-1].usage.completion_tokens}


def stream_helper(base_url: str) -> Any:
    client = OpenAI(base_url=base_url, api_key=KEY)
    # It takes an answer that was cut off at max_tokens for a fault.
    with client.chat.completions.stream(
        model="local", messages=user(CLEAN), stop=[",", ".", " lies"], temperature=0
    ) as stream:
        pieces = [event.delta for event in stream if event.type == "content.delta"]
        return {"pieces": pieces, "whole": stream.get_final_completion().choices[0].message.content}


def parsed(base_url: str) -> Any:
    answer = OpenAI(base_url=base_url, api_key=KEY).chat.completions.parse(
        model="local", messages=user("Bob is 5 years old."), response_format=Person, max_tokens=60, temperature=0
    )
    person = answer.choices[0].message.parsed
    assert isinstance(person, Person)
    return person.model_dump()


def raw(base_url: str) -> Any:
    response = OpenAI(base_url=base_url, api_key=KEY).chat.completions.with_raw_response.create(
        model="auto", messages=user(SENSITIVE), max_tokens=6
    )
    return {"headers": dict(response.headers), "text": response.parse().choices[0].message.content}


def completion(base_url: str) -> Any:
    client = OpenAI(base_url=base_url, api_key=KEY)
    return client.completions.create(model="local", prompt="Once upon a time", max_tokens=6).choices[0].text


def tools_loop(base_url: str) -> Any:
    """A tool is called in a stream, its result given back, and the answer read."""
    client = OpenAI(base_url=base_url, api_key=KEY)
    messages = user("What is the weather in Paris?")
    with client.chat.completions.stream(model="auto", messages=messages, tools=[WEATHER]) as stream:  # type: ignore[list-item]
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    [call] = message.tool_calls or []
    messages += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    answer = client.chat.completions.create(model="auto", messages=messages, tools=[WEATHER])  # type: ignore[list-item]
    called = {"id": call.id, "name": call.function.name, "arguments": call.function.arguments}
    return {"call": called, "text": answer.choices[0].message.content}


def said(base_url: str, text: str, model: str = "auto") -> Any:
    """One question, with the retries that the package makes of its own accord."""
    client = OpenAI(base_url=base_url, api_key=KEY)
    return client.chat.completions.create(model=model, messages=user(text), max_tokens=6).choices[0].message.content


def until_limited(base_url: str, key: str) -> Any:
    """Ask until the gateway says that a limit is used up; how often that request was sent again."""
    client = OpenAI(base_url=base_url, api_key=key)
    for _ in range(100):
        response = client.chat.completions.with_raw_response.create(model="auto", messages=user(CLEAN))
        if response.retries_taken:
            return {"retries": response.retries_taken, "text": response.parse().choices[0].message.content}
    return None


def limited(base_url: str, key: str) -> Any:
    """The same without its retries."""
    client = OpenAI(base_url=base_url, api_key=key, max_retries=0)
    for _ in range(100):
        client.chat.completions.create(model="auto", messages=user(CLEAN))


def with_tools(base_url: str) -> Any:
    client = OpenAI(base_url=base_url, api_key=KEY)
    client.chat.completions.create(model="auto", messages=user(CLEAN), tools=[WEATHER])  # type: ignore[list-item]


serve(globals())
