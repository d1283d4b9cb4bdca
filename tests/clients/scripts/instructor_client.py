"""Instructor."""

from typing import Any

import instructor
from openai import OpenAI
from pydantic import BaseModel
from steps import KEY, serve

TEXT = "Bob is 5 years old."


class Person(BaseModel):
    name: str
    age: int


def parsed(base_url: str, mode: str, model: str) -> Any:
    client = instructor.from_openai(OpenAI(base_url=base_url, api_key=KEY), mode=instructor.Mode[mode])
    person = client.chat.completions.create(
        model=model,
        response_model=Person,
        messages=[{"role": "user", "content": TEXT}],
        max_tokens=60,
        temperature=0,
        max_retries=0,
    )
    assert isinstance(person, Person)
    return person.model_dump()


serve(globals())
