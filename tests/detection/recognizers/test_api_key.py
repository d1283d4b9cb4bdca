"""Keys and tokens: formats, assignments, and what only stands for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.api_key import ApiKeyRecognizer

Find = Callable[[Any, str], list[str]]


# Drawn at random in the vendors' formats; none was ever issued.
VENDORS = [
    pytest.param("AKIAUJZDEGXDNCF32EPF", id="AWS"),
    pytest.param("ghp_JBd0Kh8oOOL8dKLzdocJ2isAjIhKtJ0RlgLK", id="GitHub"),
    pytest.param(
        "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",
        id="GitHub, fine-grained",
    ),
    pytest.param("glpat-StPKR0CsTy4Qwb8DwkNh", id="GitLab"),
    pytest.param("xoxb-814534778238-7953795767432-ljoQoaF1LlqsajAIxNKu8iS2", id="Slack"),
    pytest.param("sk_live_G8NPRVdD53X83RZJzzzzgEOz", id="Stripe"),
    pytest.param("AIzadmenCkhvMdgaKjIg8xNbe3nNyjOq9wMxEhh", id="Google"),
    pytest.param("sk-proj-2FDEEtfjgVvVqE1SkHbn88HxjSI6bWHtP3fS2qHx6kwXoIIX", id="OpenAI"),
    pytest.param(
        "sk-ant-api03-GvOoNZYW2mZp0zVZomHFwUbbYrEqmSM9wCZ7Uw9xfogoEmvnEN5N1aE6PwZPf1Qh6yYTWmE4lBYOvfZ8UzDzV8fUkk",
        id="Anthropic",
    ),
    pytest.param("hf_ibjL5DZPjN0MEQ7wjJJibaZUPgHV7iB3m0", id="Hugging Face"),
    pytest.param("npm_3nbqnsGpWLuqIA1id6Vw5DQL05HA064GiIjH", id="npm"),
    pytest.param("pypi-AgEIcHlwaS5vcmcGb3CXlMaXZjljENUhJduRHHJEYXg4JdpmrcXgGCJbW56eCuNGMGmSrCGIZEG", id="PyPI"),
    pytest.param("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", id="SendGrid"),
    pytest.param("dop_v1_ba2b0aee0ca923732881584d8c4fa2815d2802827283e0ad84173581569969e5", id="DigitalOcean"),
    pytest.param(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJtYXJpYSIsImlhdCI6MTUxNjIzOTAyMn0.rwZbqcabUGJmGEp7CgQ0PBQFI14zGtSnovm14TUOizw",
        id="JWT",
    ),
    pytest.param("131257312:AAQ1y3GQsMpSscDlkrCaqx9vJupc94tnwla", id="Telegram"),
    pytest.param("LTAIvyfErGPmpGXafq0fjzLc", id="Alibaba"),
    pytest.param(
        "AccountKey=zbttOofL9H2WjQ5TY4MyWuUFjsUNPjc01T5GOBUSZGi6HWGK10Zb0RLZ5TR9SPofbciOx9gy1CJdObOIRpFqaD==",
        id="Azure storage",
    ),
    pytest.param("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", id="Perplexity"),
    pytest.param("SK940f1f836f99eee3692f09e2e8c66224", id="Twilio"),
]


@pytest.mark.parametrize("key", VENDORS)
@pytest.mark.parametrize("frame", ["{}", "use {}.", 'KEY="{}"', "https://firm.com/?k={}&x=1", "（{}）"])
def test_keys_in_their_vendors_formats(found: Find, key: str, frame: str) -> None:
    assert key in " ".join(found(ApiKeyRecognizer(), frame.format(key)))


@pytest.mark.parametrize(
    "text",
    [
        "api_key = 'YOUR_API_KEY_GOES_HERE'",
        "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "api_key=${OPENAI_API_KEY}",
        "api_key=os.environ['OPENAI_API_KEY']",
        "token = <your-token-here-please>",
        "secret: {{ vault.api.secret }}",
        "export TOKEN=ops_eyJzaWduSW5BZGRyZXNz...",
        "SECRET_KEY=changeme-changeme-1",
        "api_key: ****************1234",
        "API_TOKEN=1234567890123456",
        "token = tokenizer.encode_plus(text)",
        "max_tokens=4096",
        "const accessToken = getAccessTokenSilently2()",
        "the secret is to practise every day",
        "key: value",
        "monkey = 'a8Jd93kslQpz0192'",
        "secretary: Ms2024Thompson1",
        "sha256:9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
        "hf_requiredCharacteristicTypesForDisplayMetadata",
        "task-list-of-everything-1234567890",
        "sk-learn-is-a-library-for-machine-learning",
        "https://firm.com/assets/video_box.ico-7a388b69018576d24b59331fd60aab0c.png",
        "xoxb-my-bot-token-goes-here",
    ],
)
def test_placeholders_references_and_code_are_left_alone(found: Find, text: str) -> None:
    assert found(ApiKeyRecognizer(), text) == []


def test_a_token_inside_an_address_is_found(found: Find) -> None:
    token = "131257312:AAQ1y3GQsMpSscDlkrCaqx9vJupc94tnwla"
    assert found(ApiKeyRecognizer(), f"https://api.telegram.org/bot{token}/getMe") == [f"bot{token}"]


def test_the_sample_of_jwt_io_is_left_alone_where_the_words_say_so(found: Find) -> None:
    sample = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
    assert found(ApiKeyRecognizer(), f"the jwt.io sample {sample}") == []
    assert found(ApiKeyRecognizer(), f"my token {sample}") == [sample]
