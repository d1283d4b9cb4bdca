import orjson
import pytest

from gateway.openai.errors import ApiError, invalid


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (403, "permission_error"),
        (404, "invalid_request_error"),
        (413, "invalid_request_error"),
        (429, "rate_limit_error"),
        (500, "server_error"),
        (503, "server_error"),
    ],
)
def test_the_type_follows_the_status(status: int, kind: str) -> None:
    assert ApiError(status, "No.").body()["error"]["type"] == kind


def test_the_object_has_openais_four_fields_also_when_they_are_empty() -> None:
    assert invalid("No.").body() == {
        "error": {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}
    }


def test_a_refusal_that_a_retry_can_not_change_says_so() -> None:
    response = invalid("No.", "messages").response({"x-request-id": "req_1"})
    assert response.headers["x-should-retry"] == "false"
    assert "retry-after" not in response.headers
    assert response.headers["x-request-id"] == "req_1"
    assert response.headers["content-type"].startswith("application/json")
    assert orjson.loads(response.body)["error"]["param"] == "messages"


def test_one_that_a_retry_may_change_says_when() -> None:
    error = ApiError(503, "Later.", retry_after=5)
    error.extra_headers["x-sepal-label"] = "public"
    headers = error.response().headers
    assert (headers["x-should-retry"], headers["retry-after"], headers["x-sepal-label"]) == ("true", "5", "public")
