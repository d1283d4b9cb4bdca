"""LangChain."""

import json
from typing import Annotated, Any
from unittest import mock

import tiktoken
from langchain_core.messages import AIMessageChunk
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field
from steps import CLEAN, KEY, SENSITIVE, TEXTS, serve


class Person(BaseModel):
    name: str
    age: int


@tool
def weather(city: str) -> str:
    """The weather in a city."""
    return "sunny"


@tool("weather")
def short_weather(city: Annotated[str, Field(max_length=30)]) -> str:
    """The weather in a city."""
    return "sunny"


def connect(base_url: str, model: str = "auto", **more: Any) -> ChatOpenAI:
    return ChatOpenAI(model=model, base_url=base_url, api_key=KEY, **{"max_tokens": 6, **more})  # type: ignore[arg-type]


def asked(base_url: str) -> Any:
    answer = connect(base_url, include_response_headers=True).invoke(CLEAN)
    return {"text": answer.content, "headers": answer.response_metadata["headers"]}


def sensitive(base_url: str) -> Any:
    return connect(base_url).invoke(SENSITIVE).content


def streamed(base_url: str) -> Any:
    chunks = list(connect(base_url, "local", stream_usage=True).stream(CLEAN))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert isinstance(whole, AIMessageChunk)
    tokens = whole.usage_metadata and whole.usage_metadata["output_tokens"]
    return {"pieces": [chunk.content for chunk in chunks], "whole": whole.content, "tokens": tokens}


def parsed(base_url: str) -> Any:
    model = connect(base_url, "local", max_tokens=60, temperature=0)
    person = model.with_structured_output(Person).invoke("Bob is 5 years old.")
    assert isinstance(person, Person)
    return person.model_dump()


def tools_loop(base_url: str, **more: Any) -> Any:
    model = connect(base_url, **more).bind_tools([weather])
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    called = model.invoke(messages)
    [call] = called.tool_calls
    messages += [called, weather.invoke(call)]
    return {"call": call, "text": model.invoke(messages).text}


def forced_tools_loop(base_url: str, model: str, **more: Any) -> Any:
    """A tool is forced once, by its name; `strict` rules out other arguments."""
    connected = connect(base_url, model, max_tokens=80, temperature=0, **more)
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    called = connected.bind_tools([short_weather], tool_choice="weather", strict=True).invoke(messages)
    [call] = called.tool_calls
    messages += [called, short_weather.invoke(call)]
    text = connected.bind_tools([short_weather], strict=True).invoke(messages).text
    return {"calls": [{"name": call["name"], "arguments": json.dumps(call["args"])}], "text": text}


def embedded(base_url: str) -> Any:
    model = OpenAIEmbeddings(model="local", base_url=base_url, api_key=KEY, check_embedding_ctx_length=False)  # type: ignore[arg-type]
    return [model.embed_query(TEXTS[0]), *model.embed_documents(TEXTS[1:])]


def embedded_by_default(base_url: str) -> Any:
    """It wants a vocabulary from the internet, where a client of these tests gets nothing."""
    return OpenAIEmbeddings(model="local", base_url=base_url, api_key=KEY).embed_documents(TEXTS)  # type: ignore[arg-type]


def embedded_as_tokens(base_url: str) -> Any:
    """The same with a vocabulary, if a small one."""
    ranks = {bytes([number]): number for number in range(256)}
    small = tiktoken.Encoding("small", pat_str=r"[\s\S]", mergeable_ranks=ranks, special_tokens={})
    with mock.patch.object(tiktoken, "get_encoding", return_value=small):
        return embedded_by_default(base_url)


def responded(base_url: str) -> Any:
    answer = connect(base_url, use_responses_api=True).invoke(SENSITIVE)
    return {"text": answer.text, "id": answer.response_metadata["id"]}


def responses_streamed(base_url: str) -> Any:
    chunks = list(connect(base_url, "local", use_responses_api=True).stream(CLEAN))
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert isinstance(whole, AIMessageChunk)
    tokens = whole.usage_metadata and whole.usage_metadata["output_tokens"]
    return {"pieces": [chunk.text for chunk in chunks], "whole": whole.text, "tokens": tokens}


def responses_tools_loop(base_url: str) -> Any:
    return tools_loop(base_url, use_responses_api=True)


def responses_forced_tools_loop(base_url: str, model: str) -> Any:
    return forced_tools_loop(base_url, model, use_responses_api=True)


serve(globals())
