"""The `openai` package."""

from typing import Any

from openai import AsyncOpenAI, NotFoundError, OpenAI
from pydantic import BaseModel
from steps import CLEAN, KEY, SENSITIVE, TEXTS, serve

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            # So that a small model does not ramble.
            "properties": {"city": {"type": "string", "maxLength": 30}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
NAMED: Any = {"type": "function", "function": {"name": "weather"}}


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


def embedded(base_url: str) -> Any:
    """The package asks for base64 unless it is told otherwise."""
    client = OpenAI(base_url=base_url, api_key=KEY)
    answers = [client.embeddings.create(model="local", input=TEXTS)]
    answers += [client.embeddings.create(model="local", input=TEXTS, encoding_format="float")]
    first, second = ([item.embedding for item in answer.data] for answer in answers)
    return {"vectors": first, "numbers": second, "tokens": answers[0].usage.prompt_tokens}


async def embedded_async(base_url: str) -> Any:
    async with AsyncOpenAI(base_url=base_url, api_key=KEY) as client:
        answer = await client.embeddings.create(model="auto", input=SENSITIVE, dimensions=64)
    return len(answer.data[0].embedding)


def responded(base_url: str) -> Any:
    client = OpenAI(base_url=base_url, api_key=KEY)
    answer = client.responses.create(model="auto", input=CLEAN, max_output_tokens=6)
    assert answer.usage is not None
    return {"text": answer.output_text, "tokens": answer.usage.output_tokens}


def responses_streamed(base_url: str) -> Any:
    client = OpenAI(base_url=base_url, api_key=KEY)
    with client.responses.stream(model="local", input=CLEAN, max_output_tokens=6) as stream:
        events = list(stream)
    last = events[-1]
    assert last.type == "response.incomplete"  # cut off at max_output_tokens
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    return {"pieces": pieces, "whole": last.response.output_text}


def responses_parsed(base_url: str) -> Any:
    person = (
        OpenAI(base_url=base_url, api_key=KEY)
        .responses.parse(
            model="local", input="Bob is 5 years old.", text_format=Person, max_output_tokens=60, temperature=0
        )
        .output_parsed
    )
    assert isinstance(person, Person)
    return person.model_dump()


def conversed(base_url: str) -> Any:
    """Two turns, of which the gateway keeps the first; then it is to forget it."""
    responses = OpenAI(base_url=base_url, api_key=KEY).responses
    first = responses.create(model="auto", input=SENSITIVE, max_output_tokens=6)
    second = responses.create(model="auto", input="Thanks.", previous_response_id=first.id, max_output_tokens=6)
    kept = responses.retrieve(first.id).output_text
    responses.delete(first.id)
    try:
        responses.retrieve(first.id)
    except NotFoundError:
        return {"first": first.output_text, "kept": kept, "second": second.output_text}
    raise AssertionError("it is still there")


def forced_tools_loop(base_url: str, model: str) -> Any:
    """The same where the call is forced."""
    client = OpenAI(base_url=base_url, api_key=KEY)
    messages, tools = user("What is the weather in Paris?"), [WEATHER]
    options: Any = {"model": model, "tools": tools, "max_tokens": 80, "temperature": 0}
    with client.chat.completions.stream(messages=messages, tool_choice=NAMED, **options) as stream:
        events = list(stream)
        message = stream.get_final_completion().choices[0].message
    [call] = message.tool_calls or []
    pieces = [event.arguments_delta for event in events if event.type == "tool_calls.function.arguments.delta"]
    messages += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    answer = client.chat.completions.create(messages=messages, **options)
    called = {"name": call.function.name, "arguments": call.function.arguments}
    return {"calls": [called], "pieces": pieces, "text": answer.choices[0].message.content}


def responses_tools_loop(base_url: str) -> Any:
    """A tool is called in a stream, its result given back to what the gateway keeps, and the answer read."""
    responses = OpenAI(base_url=base_url, api_key=KEY).responses
    tools: list[Any] = [{"type": "function", **WEATHER["function"]}]  # type: ignore[dict-item]
    with responses.stream(model="auto", input="What is the weather in Paris?", tools=tools) as stream:
        for _ in stream:
            pass
        called = stream.get_final_response()
    [call] = [item for item in called.output if item.type == "function_call"]
    result: list[Any] = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    answer = responses.create(model="auto", input=result, previous_response_id=called.id, tools=tools)
    return {"arguments": call.arguments, "text": answer.output_text}


def responses_forced_tools_loop(base_url: str, model: str) -> Any:
    """The same where one call is required, of whichever tool."""
    responses = OpenAI(base_url=base_url, api_key=KEY).responses
    tools: list[Any] = [{"type": "function", **WEATHER["function"]}]  # type: ignore[dict-item]
    options: Any = {"model": model, "tools": tools, "max_output_tokens": 80, "temperature": 0}
    forced: Any = {"tool_choice": "required", "parallel_tool_calls": False}
    with responses.stream(input="What is the weather in Paris?", **forced, **options) as stream:
        events = list(stream)
        called = stream.get_final_response()
    [call] = called.output
    assert call.type == "function_call"
    pieces = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    result: list[Any] = [{"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    answer = responses.create(input=result, previous_response_id=called.id, **options)
    made = {"name": call.name, "arguments": call.arguments}
    return {"calls": [made], "pieces": pieces, "text": answer.output_text}


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


def many(base_url: str) -> Any:
    """More answers than any destination gives to one request."""
    OpenAI(base_url=base_url, api_key=KEY).chat.completions.create(model="auto", messages=user(CLEAN), n=9)


serve(globals())
