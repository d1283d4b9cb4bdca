"""Addresses that belong to nobody: set aside by standards for documentation, loopback and private use."""

from __future__ import annotations

import ipaddress
import re

# RFC 2606 and RFC 6761.
_ENDINGS = (".example", ".test", ".invalid", ".localhost")
_DOMAINS = frozenset({"example.com", "example.org", "example.net", "example.edu", "localhost"})
# What is_private, is_loopback and so on leave out: RFC 5737 and RFC 3849 are covered, the public resolvers are not
# reserved but name nobody.
_PUBLIC_SERVICES = frozenset(
    {"1.2.3.4", "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "114.114.114.114", "223.5.5.5"}
)
# Mailboxes that documentation writes where the reader's own name belongs.
_NOBODY = re.compile(r"(?:your|my)?[._-]?(?:e?-?mail|name|user(?:name)?|account)|example|someone|somebody|foo|bar|test")
# Senders that are machines (RFC 2142 and custom).
_MACHINES = re.compile(
    r"(?:do[._-]?not|no)[._-]?reply.*|mailer-daemon|postmaster|notifications?|alerts?|newsletters?|bounces?.*"
)
# Shown in documents all over China: a carrier's own line.
_SHOWN_NUMBERS = frozenset({"13800138000"})


def is_reserved_host(host: str) -> bool:
    """Whether `host` is a documentation domain or below one."""
    name = host.lower().rstrip(".")
    return name in _DOMAINS or name.endswith(_ENDINGS) or any(name.endswith(f".{domain}") for domain in _DOMAINS)


def is_reserved_address(address: str) -> bool:
    """Whether an IP address or network is not one of a machine on the internet (RFC 6890, RFC 5737)."""
    try:
        network = ipaddress.ip_interface(address.partition("%")[0])
    except ValueError:
        return False
    return not network.ip.is_global or network.ip.is_multicast or str(network.ip) in _PUBLIC_SERVICES


def is_reserved_mac(address: str) -> bool:
    """Whether a MAC address is all zeros, all ones, or made of counting digits."""
    digits = "".join(character for character in address.lower() if character.isalnum())
    return len(set(digits)) <= 2 or digits in {"001122334455", "112233445566", "123456789abc", "aabbccddeeff"}


def is_reserved(entity: str, text: str) -> bool:
    """Whether `text`, found as `entity`, stands for nobody."""
    if entity == "EMAIL_ADDRESS":
        mailbox, _, host = text.rpartition("@")
        return is_reserved_host(host) or any(form.fullmatch(mailbox.lower()) for form in (_NOBODY, _MACHINES))
    if entity == "PHONE_NUMBER":
        return "".join(filter(str.isdigit, text))[-11:] in _SHOWN_NUMBERS
    if entity == "IP_ADDRESS":
        return is_reserved_address(text)
    if entity == "MAC_ADDRESS":
        return is_reserved_mac(text)
    return False
