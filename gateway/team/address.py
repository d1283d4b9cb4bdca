"""The address of a Redis or Valkey server, as a person writes it in a URL. Dials nothing.

Schemes as registered with IANA (`redis`, `rediss`) and as Valkey's clients write them; whatever a URL's query could
switch off, such as the verification of certificates, can't be said here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

_PLAIN, _TLS, _SOCKET = ("redis", "valkey"), ("rediss", "valkeys"), "unix"
_PORT = 6379
_FORM = "write redis://HOST:6379/0, rediss://HOST:6379/0 (TLS), valkey://HOST:6379/0 or unix:///PATH/OF/THE.sock"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is.

    Attributes:
        path: of a Unix socket; empty for TCP.
        database: its number.
    """

    host: str = ""
    port: int = _PORT
    path: str = ""
    database: int = 0
    tls: bool = False
    user: str | None = None

    def __str__(self) -> str:
        """Without the user's name."""
        if self.path:
            return f"unix://{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rediss' if self.tls else 'redis'}://{host}:{self.port}/{self.database}"


def parse_address(url: str) -> Address:
    """The address in `url`.

    Raises:
        ValueError: it is none, or holds what does not belong into it; the message never repeats it.
    """
    try:
        parts = urlsplit(url)
        secret, host, port = parts.password, parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"this is no URL of a server; {_FORM}") from None
    if secret is not None:
        raise ValueError(
            "the URL holds a password, which others would read; leave it out, put it into an environment variable, and "
            "name that under store_password_env"
        )
    if parts.scheme not in (*_PLAIN, *_TLS, _SOCKET):
        raise ValueError(f"this is no URL of a Redis or Valkey server; {_FORM}")
    user = unquote(parts.username) if parts.username else None
    if parts.scheme == _SOCKET:
        return _socket(unquote(parts.path), host, parts.query or parts.fragment, user)
    if not host:
        raise ValueError(f"the URL names no host; {_FORM}")
    if parts.query or parts.fragment:
        raise ValueError("the URL takes no `?` and no `#`; write redis://HOST:6379/0, and store_ca for a certificate")
    database = parts.path.strip("/") or "0"
    if not re.fullmatch(r"[0-9]{1,5}", database):
        raise ValueError("what follows the host must be the number of a database, such as redis://HOST:6379/0")
    return Address(host, port or _PORT, database=int(database), tls=parts.scheme in _TLS, user=user)


def _socket(path: str, host: str, query: str, user: str | None) -> Address:
    options = dict(parse_qsl(query))
    database = options.pop("db", "0")
    if not path or host or options or not re.fullmatch(r"[0-9]{1,5}", database):
        raise ValueError("a Unix socket is written unix:///PATH/OF/THE.sock, or unix:///PATH/OF/THE.sock?db=1")
    return Address(path=path, database=int(database), user=user)
