"""Keys and tokens of services: by the vendors' published formats, and by the name they are assigned to.

Formats are taken from the vendors' documentation of their token prefixes. Only values in full count,
placeholders do not.
"""

from __future__ import annotations

from typing import Any

import regex

from gateway.detection.presidio import LocalRecognizer, RecognizerResult
from gateway.detection.recognizers.placeholder import entropy, is_placeholder
from gateway.detection.recognizers.rule import matches, result

# What a text must hold for the format to be looked for, and the format. Longest useful form only.
FORMATS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("AKIA", "ASIA", "ABIA", "ACCA"), r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),  # AWS
    (("ABSK",), r"ABSK[A-Za-z0-9+/]{109,269}={0,2}"),  # AWS Bedrock
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[0-9A-Za-z]{36,255}"),  # GitHub
    (("github_pat_",), r"github_pat_\w{22,255}"),
    (
        (
            "glpat-", "gldt-", "glptt-", "glrt-", "glrtr-", "glcbt-", "glft-", "glimt-", "glagent-", "gloas-",
            "glsoat-", "glffct-", "glwt-",
        ),
        r"gl(?:pat|dt|ptt|rtr?|cbt|ft|imt|agent|oas|soat|ffct|wt)-[0-9A-Za-z_.-]{20,}",
    ),  # GitLab
    (("GR1348941",), r"GR1348941[\w-]{20}"),
    (("xox", "xapp-"), r"xox[a-z](?:\.xox[a-z])?-(?=[\w.-]*\d{5})[\w.-]{16,}|xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+"),  # Slack
    (("hooks.slack.com",), r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,}"),
    (("sk_", "rk_", "pk_live"), r"(?:[sr]k_(?:test|live|prod)|pk_live)_[0-9A-Za-z]{10,}"),  # Stripe
    (("whsec_",), r"whsec_[0-9A-Za-z+/=]{24,}"),
    (("AIza",), r"AIza[\w-]{35}"),  # Google
    (("GOCSPX-",), r"GOCSPX-[\w-]{28}"),
    (("ya29.",), r"ya29\.[\w-]{20,}"),
    (("sk-",), r"sk-(?=[\w-]*\d)(?:[a-z]+-){0,2}[\w-]{20,}"),  # OpenAI, Anthropic, OpenRouter, DeepSeek, ...
    (("hf_", "api_org_"), r"(?:hf|api_org)_(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{34}"),  # Hugging Face
    (("npm_",), r"npm_[0-9A-Za-z]{36}"),
    (("pypi-",), r"pypi-[\w-]{50,}"),
    (("rubygems_",), r"rubygems_[0-9a-f]{48}"),
    (("ey",), r"ey[A-Za-z0-9_-]{17,}\.ey[A-Za-z0-9/\\_-]{17,}\.(?:[A-Za-z0-9/\\_-]{10,}={0,2})?"),  # JWT (RFC 7519)
    (("eyJrIjoi",), r"eyJrIjoi[A-Za-z0-9]{60,}={0,3}"),  # Grafana
    (("glc_", "glsa_"), r"glc_[A-Za-z0-9+/]{32,}={0,3}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    (("SG.",), r"SG\.[\w.=-]{60,}"),  # SendGrid
    (("xkeysib-", "xsmtpsib-"), r"x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),  # Brevo
    (("key-",), r"key-[0-9a-f]{32}"),  # Mailgun
    (("dop_v1_", "doo_v1_", "dor_v1_"), r"do[opr]_v1_[a-f0-9]{64}"),  # DigitalOcean
    (("dapi",), r"dapi[a-f0-9]{32}(?:-\d)?"),  # Databricks
    (("shp",), r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),  # Shopify
    (("EZAK", "EZTK"), r"EZ[AT]K[A-Za-z0-9]{54}"),  # EasyPost
    (("lin_api_",), r"lin_api_[A-Za-z0-9]{40}"),  # Linear
    (("ntn_", "secret_"), r"ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43}"),  # Notion
    (("PMAK-",), r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),  # Postman
    (("pul-",), r"pul-[a-f0-9]{40}"),  # Pulumi
    (("sntrys_", "sntryu_"), r"sntrys_eyJ[\w+/=]{60,}|sntryu_[a-f0-9]{64}"),  # Sentry
    (("pscale_",), r"pscale_(?:pw|tkn|oauth)_[\w=.-]{32,64}"),  # PlanetScale
    (("NRAK-", "NRJS-", "NRII-"), r"NR(?:AK|JS|II)-[A-Za-z0-9-]{19,40}"),  # New Relic
    (("hvs.", "hvb."), r"hv[sb]\.[\w-]{24,}"),  # HashiCorp Vault
    ((".atlasv1.",), r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}"),  # HashiCorp Terraform
    (("ATATT3",), r"ATATT3[\w=-]{180,}"),  # Atlassian
    (("dt0c01.",), r"dt0c01\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}"),  # Dynatrace
    (("duffel_",), r"duffel_(?:test|live)_[\w=-]{43}"),
    (("FLW",), r"FLW(?:PUBK|SECK)_TEST-[a-fA-F0-9]{12,32}(?:-X)?"),  # Flutterwave
    (("fo1_", "fm1", "fm2_"), r"fo1_[\w-]{43}|fm[12][ar]?_[A-Za-z0-9+/]{80,}={0,3}"),  # Fly.io
    (("fio-u-",), r"fio-u-[\w=-]{64}"),  # Frame.io
    (("HRKU-",), r"HRKU-[\w-]{58,62}"),  # Heroku
    (("ico-",), r"(?<!\.)ico-[A-Za-z0-9]{32}"),  # Infracost
    (("s-s4t2",), r"s-s4t2(?:ud|af)-[a-f0-9]{64}"),  # 42
    (("pplx-",), r"pplx-[A-Za-z0-9]{48}"),  # Perplexity
    (("gsk_",), r"gsk_[A-Za-z0-9]{48,}"),  # Groq
    (("xai-",), r"xai-[A-Za-z0-9]{70,}"),  # xAI
    (("r8_",), r"r8_[A-Za-z0-9]{37}"),  # Replicate
    (("sha256~",), r"sha256~[\w\\-]{43}"),  # OpenShift
    (("ops_eyJ",), r"ops_eyJ[A-Za-z0-9+/]{200,}={0,3}"),  # 1Password
    (("A3-",), r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}"),
    (("4b1d",), r"4b1d[A-Za-z0-9]{38}"),  # ClickHouse
    (("SK", "AC"), r"(?:SK|AC)[0-9a-f]{32}"),  # Twilio
    (("tfp_",), r"tfp_[A-Za-z0-9_]{59}"),  # Typeform
    (("AccountKey=",), r"AccountKey=[A-Za-z0-9+/]{86}=="),  # Azure storage
    (("8Q~",), r"[\w.~-]{3}\d?8Q~[\w.~-]{31,34}"),  # Entra ID
    (("LTAI",), r"LTAI[A-Za-z0-9]{12,20}"),  # Alibaba Cloud
    (("AKID",), r"AKID[A-Za-z0-9]{32}"),  # Tencent Cloud
    (("tskey-",), r"tskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]+"),  # Tailscale
    (("/api/webhooks/",), r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,}"),
    (("webhook.office.com",), r"webhook\.office\.com/webhookb2/[\w@-]{70,}/IncomingWebhook/[\w/-]{50,}"),
    (("p8e-",), r"p8e-[a-f0-9]{32}"),  # Adobe
    ((":AA",), r"\d{8,10}:AA[\w-]{33}"),  # Telegram
)  # fmt: skip

_NAMES = (
    r"(?:api|app|application|access|account|auth|client|consumer|encryption|license|master|private|secret|service|"
    r"shared|signing|storage|subscription|webhook)[_.\s-]?keys?|api[_-]?(?:token|secret)|"
    r"[a-z0-9_.-]*(?:token|secret|credentials?)|[a-z0-9_.-]*api[_.-]?key|authorization|bearer|session[_-]?id|jsessionid|密钥|秘钥|令牌|访问密钥"
)  # fmt: skip
ASSIGNED = (
    rf"(?<![A-Za-z0-9])(?:{_NAMES})(?:[_-]?(?:id|value|string|[0-9]{{1,2}}))?[\"'`\]]{{0,2}}"
    r"(?:\s{0,4}(?::=|=>|==|=|:|：)\s{0,4}|\s+is\s+|[是为][:：]?\s?|[\"']?\s{0,4},\s{0,4}[\"']|\s{0,4}\(\s{0,2}[\"'])"
    r"(?:(?:Bearer|Basic|Token)\s+)?"
    r"(?P<quote>[\"'`]?)(?P<value>[^\s\"'`,;()\[\]{}<>|]{10,})"
)
# A secret assigned by name: measured on dev data, words and identifiers stay below, random values above.
_LEAST_ENTROPY = 2.8
# What stands behind a value that is shown only in part.
_MASKED = regex.compile(r"\.\.|…|[*#•]|\[?redacted", regex.IGNORECASE)
_SHOWN_IN_PART_OR_CALLED = regex.compile(rf"{_MASKED.pattern}|\(", regex.IGNORECASE)
_CODE = regex.compile(
    r"^[A-Za-z_][\w]*(?:(?:\.|->|::)[A-Za-z_]\w*)+$|^https?://|^[a-z]+(?:[-_.][a-z]+)*$|^[A-Z]+(?:_[A-Z]+)*$|^/"
)


class ApiKeyRecognizer(LocalRecognizer):  # type: ignore[misc, unused-ignore]
    """Presidio recognizer for `API_KEY`."""

    def __init__(self) -> None:
        self._formats = [
            (hints, regex.compile(rf"(?<![A-Za-z0-9_])(?:{expression})(?![A-Za-z0-9])"))
            for hints, expression in FORMATS
        ]
        self._assigned = regex.compile(ASSIGNED, regex.IGNORECASE)
        super().__init__(supported_entities=["API_KEY"], supported_language="any")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's interface.

        Raises:
            TimeoutError: a pattern took too long.
        """
        results = []
        for hints, pattern in self._formats:
            if any(hint in text for hint in hints):
                for match in matches(pattern, text):
                    if not is_placeholder(match.group()) and not _MASKED.match(text, match.end()):
                        results.append(result(self, "API_KEY", match.start(), match.end(), 0.95))
        for match in matches(self._assigned, text):
            value = match.group("value").rstrip(".:!?")
            start = match.start("value")
            if _is_secret(value) and not _SHOWN_IN_PART_OR_CALLED.match(text, start + len(value)):
                results.append(result(self, "API_KEY", start, start + len(value), 0.8))
        return results


def _is_secret(value: str) -> bool:
    """Whether a value that was assigned to a telling name looks drawn at random."""
    if len(value) < 10 or is_placeholder(value) or _CODE.search(value):
        return False
    digits = sum(character.isdigit() for character in value)
    if digits == len(value):
        return len(value) >= 16 and entropy(value) > 2.0
    mixed = digits > 0 or (any(c.isupper() for c in value[1:]) and any(c.islower() for c in value) and len(value) >= 20)
    return mixed and entropy(value) >= _LEAST_ENTROPY
