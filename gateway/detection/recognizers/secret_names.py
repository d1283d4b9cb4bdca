"""Whether the name of a variable, field, header or thing says that its value opens a door.

Names are cut into words (`clientSecretV2`, `client-secret`, `CLIENT_SECRET` are the same) and judged by the
word that says secret, what stands before it ("public key" opens nothing) and after it ("key id", "token type").
"""

from __future__ import annotations

import re
from enum import Enum

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


class Strength(Enum):
    """How much a name says."""

    NONE = 0
    WEAK = 1
    """It may: only a value that is clearly random is a secret."""
    STRONG = 2
    """It says so: any value that could be a secret is one."""


# Say secret by themselves.
_STRONG = _set(
    "secret secrets token tokens apikey apikeys apitoken apisecret accesstoken authtoken accesskey secretkey authkey "
    "credential credentials creds bearer jwt passphrase pat cookie sessionid sessid phpsessid jsessionid sid dsn "
    "webhook webhookurl privatekey connectionstring connstr sas authorization signingkey clientsecret appsecret "
    "appkey encryptionkey licensekey licencekey consumerkey sessionkey masterkey otp totp hmac"
)
PASSWORDS = _set(
    "password passwords passwd passwds pwd pw psw pswd passcode passphrase pass userpass passwort kennwort contraseña "
    "contrasena contrasenya senha senhas mdp motdepasse lozinka heslo hasło haslo wachtwoord parola parool salasana "
    "lösenord adgangskode пароль requirepass pgpassword sshpass mysqlpwd dbpass dbpassword rootpassword"
)
"""Words for a password."""
# Before the word that says secret: it is nothing of the kind.
_HARMLESS_BEFORE = _set(
    "public pub primary foreign sort partition row column cache composite unique natural surrogate candidate range "
    "dict map hot short shift enter arrow next previous prev page pagination continuation cursor sync resume "
    "cancellation cancel csrf xsrf authenticity antiforgery max min num total count prompt completion input output "
    "special pad eos bos unk sep cls mask stop start end context vocab design color css theme lexer parser "
    "punctuation idempotency dedup deduplication routing shard hash object s3 bucket blob file document doc image "
    "photo video media asset data record entity item node tree sorted registry translation i18n locale message json "
    "yaml xml field header query search filter group order index lookup event trace span request correlation tracking "
    "no non without verification site recaptcha captcha publishable anon react list widget issuer subject kid cert "
    "certificate"
)
# Before a word for a password: it is no password, or the question for one.
_HARMLESS_BEFORE_PASSWORD = _set(
    "forgot forgotten reset invalid wrong incorrect missing weak strong show hide toggle hashed encrypted no without "
    "boarding season day by com under over sur tres high low band first second next one two single multi multiple "
    "zoom rail press hall bus gate mountain min max change update validate check verify"
)
# After it: it is about a secret, not the secret.
_HARMLESS_AFTER = _set(
    "id ids name names type types path paths file files filename dir directory url uri uris urls endpoint host length "
    "len size sizes count counts limit limits max min index indices hash hashes sha fingerprint checksum digest "
    "thumbprint expiry expires expire expiration expired ttl lifetime age duration date time timestamp regex pattern "
    "format formats schema version algorithm algo alg env envs domain realm encoding class alias "
    "label title description desc help hint "
    "placeholder prefix suffix usage source provider ref refs reference references arn location store manager service "
    "ring pair pairs board press code codes down up binding bindings word words frame frames frequency chain space "
    "field fields column columns header headers param params attr attribute property enabled required valid invalid "
    "validator validation error errors status state is has exists policy rotation scope scopes role spec map mapping "
    "list set sets dict cache handler callback function method middleware budget price cost ization izer izers izing "
    "ary aries ariat tary agreement holder owner server client resource data info item items uuid guid bits modulus "
    "exponent curve issuer audience subject kind group groups permission permissions input box strength reset changed "
    "change check checker confirm confirmation protected through by rate over port able ed ing enger engers ion ions "
    "ive ages er ers book"
)
# Ask for a hash, a signature or another public value, wherever they stand in a name.
_HARMLESS = _set(
    "public pubkey publickey publishable sha sha1 sha256 sha512 md5 checksum fingerprint thumbprint digest commit "
    "revision etag integrity uuid guid nonce csrf xsrf kid ssid crc hashes"
)
_KEYS = frozenset(("key", "keys"))
# Too common to say secret, enough beside a value that can be nothing else.
_WEAK = _set("key keys auth sig salt seed pin private license licence password pass")
_RUN_TOGETHER = re.compile(
    r"(?<![A-Za-z])([a-z]{2,16})(token|secret|apikey|accesskey|secretkey|privatekey|authkey)(?![a-z])"
)


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters; "gittertoken" gives "gitter" and "token"."""
    return [word.lower() for word in _WORDS.findall(_RUN_TOGETHER.sub(r"\1 \2", name))]


def strength(name: str) -> Strength:
    """What `name` says of its value."""
    words = words_of(name)
    if not words or not _HARMLESS.isdisjoint(words) or words[0].startswith(("csrf", "xsrf")):
        return Strength.NONE
    place = _place(words)
    if place is None:
        return Strength.NONE
    before, word, after = words[:place], words[place], words[place + 1 :]
    if (after and after[-1] in _HARMLESS_AFTER) or (after and after[0] in _HARMLESS_AFTER and after[-1] not in _STRONG):
        return Strength.NONE
    if before and before[-1] in _HARMLESS_BEFORE:
        return Strength.NONE
    if word in _STRONG:
        return Strength.STRONG
    if word in _KEYS:
        return Strength.STRONG if before else Strength.WEAK
    return Strength.WEAK


def _place(words: list[str]) -> int | None:
    """Which word says secret: the last that says so for sure, else the last that may."""
    for kind in (_STRONG | _KEYS, _WEAK):
        for place in range(len(words) - 1, -1, -1):
            if words[place] in kind:
                return place
    return None


def is_name_of_password(name: str) -> bool:
    """Whether `name` names a password itself: not its hash, its rules, or the question for it."""
    words = words_of(name)
    if not words or not _HARMLESS.isdisjoint(words):
        return False
    place = max((place for place, word in enumerate(words) if word in PASSWORDS), default=None)
    if place is None:
        return not name.isascii() or any(word.endswith(("password", "passwd", "pwd")) for word in words)
    before, after = words[:place], words[place + 1 :]
    harmless = (after and after[-1] in _HARMLESS_AFTER) or (before and before[-1] in _HARMLESS_BEFORE_PASSWORD)
    return not harmless
