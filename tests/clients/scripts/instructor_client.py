"""Instructor."""

from typing import Annotated, Any

import instructor
from openai import OpenAI
from pydantic import BaseModel, Field
from steps import KEY, serve


class Person(BaseModel):
    name: Annotated[str, Field(max_length=30)]  # so that a small model does not ramble
    age: int


def parsed(base_url: str, mode: str, model: str, text: str = "Bob is 5 years old.") -> Any:
    client = instructor.from_openai(OpenAI(base_url=base_url, api_key=KEY), mode=instructor.Mode[mode])
    person = client.chat.completions.create(
        model=model,
        response_model=Person,
        messages=[{"role": "user", "content": text}],
        max_tokens=60,
        temperature=0,
        max_retries=0,
    )
    assert isinstance(person, Person)
    return person.model_dump()


serve(globals())
