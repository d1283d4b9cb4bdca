"""PydanticAI."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, Field
from pydantic_ai import Agent, ModelSettings, NativeOutput, RunContext
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from steps import CLEAN, KEY, SENSITIVE, serve


class Person(BaseModel):
    name: Annotated[str, Field(max_length=30)]  # so that a small model does not ramble
    age: int


class CallsFirst(AbstractCapability[None]):
    """Forces the first answer to be a call; those after it need not be one."""

    def get_model_settings(self) -> Callable[[RunContext[None]], ModelSettings]:
        return lambda context: {"tool_choice": "required" if context.run_step == 1 else "auto"}


def connect(base_url: str, model: str = "auto") -> OpenAIChatModel:
    return OpenAIChatModel(model, provider=OpenAIProvider(base_url=base_url, api_key=KEY))


def responses(base_url: str, model: str = "auto") -> OpenAIResponsesModel:
    return OpenAIResponsesModel(model, provider=OpenAIProvider(base_url=base_url, api_key=KEY))


async def asked(base_url: str) -> Any:
    return (await Agent(connect(base_url), model_settings={"max_tokens": 6}).run(CLEAN)).output


async def sensitive(base_url: str) -> Any:
    return (await Agent(connect(base_url), model_settings={"max_tokens": 6}).run(SENSITIVE)).output


async def streamed(base_url: str) -> Any:
    agent = Agent(connect(base_url, "local"), model_settings={"max_tokens": 6})
    async with agent.run_stream(CLEAN) as result:
        pieces = [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
        return {"pieces": pieces, "whole": await result.get_output(), "tokens": result.usage.output_tokens}


async def parsed(base_url: str) -> Any:
    model = connect(base_url, "local")
    agent = Agent(model, output_type=NativeOutput(Person), model_settings={"max_tokens": 60, "temperature": 0})
    return (await agent.run("Bob is 5 years old.")).output.model_dump()


async def responded(base_url: str) -> Any:
    return (await Agent(responses(base_url), model_settings={"max_tokens": 16}).run(SENSITIVE)).output


async def tools_loop(base_url: str, api: str = "chat") -> Any:
    calls = []
    agent = Agent(connect(base_url) if api == "chat" else responses(base_url))

    @agent.tool_plain
    def weather(city: str) -> str:
        """The weather in a city."""
        calls.append({"city": city})
        return "sunny"

    return {"text": (await agent.run("What is the weather in Paris?")).output, "calls": calls}


async def forced_tools_loop(base_url: str, model: str, api: str) -> Any:
    """The same where the first answer must be a call."""
    calls = []
    agent = Agent(
        connect(base_url, model) if api == "chat" else responses(base_url, model),
        model_settings={"max_tokens": 120, "temperature": 0},
        capabilities=[CallsFirst()],
    )

    @agent.tool_plain
    def weather(city: Annotated[str, Field(max_length=30)]) -> str:
        """The weather in a city."""
        calls.append({"name": "weather", "arguments": json.dumps({"city": city})})
        return "sunny"

    return {"text": (await agent.run("What is the weather in Paris?")).output, "calls": calls}


async def parsed_from_a_tool(
    base_url: str, model: str = "auto", api: str = "chat", text: str = "Bob is 5 years old."
) -> Any:
    """Its own way to structured answers: a tool that takes the answer."""
    connected = connect(base_url, model) if api == "chat" else responses(base_url, model)
    agent = Agent(connected, output_type=Person, model_settings={"max_tokens": 120, "temperature": 0})
    return (await agent.run(text)).output.model_dump()


serve(globals())
