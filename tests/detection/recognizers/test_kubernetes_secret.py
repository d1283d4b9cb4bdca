"""Kubernetes manifests of kind Secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gateway.detection.recognizers.kubernetes_secret import KubernetesSecretRecognizer

Find = Callable[[Any, str], list[str]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  extra: aDdRMnA5eg==\n", "aDdRMnA5eg=="),
        ("apiVersion: v1\ndata:\n  extra: aDdRMnA5eg==\nkind: Secret\n", "aDdRMnA5eg=="),
        ("kind: Secret\nstringData:\n  door: tulip-garden\n", "tulip-garden"),
        ('{"kind": "Secret", "data": {"extra": "aDdRMnA5eg=="}}', "aDdRMnA5eg=="),
    ],
)
def test_found(found: Find, text: str, expected: str) -> None:
    assert found(KubernetesSecretRecognizer(), text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "kind: ConfigMap\ndata:\n  extra: aDdRMnA5eg==\n",
        "kind: Secret\ndata:\n  extra: {{ .Values.extra }}\n",
        "kind: Secret\ndata:\n  extra: ${EXTRA}\n",
        "kind: Secret\nmetadata:\n  name: database-credentials\n",
        "kind: SecretStore\ndata:\n  extra: aDdRMnA5eg==\n",
        "kind: Secret\ndata:\n  extra: <base64>\n",
        "the kind: Secret has data: in it",
    ],
)
def test_look_alikes_are_left_alone(found: Find, text: str) -> None:
    assert found(KubernetesSecretRecognizer(), text) == []
