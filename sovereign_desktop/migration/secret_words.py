"""What is a key, what only stands where a key belongs, and what a key is called in the keyring."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(?:^|[_.\-])(?:api[_\-]?key|apikey|access[_\-]?key|secret(?:[_\-]?key)?|private[_\-]?key|encryption[_\-]?key|token"
    r"|auth[_\-]?token|password|passwd|pass|passphrase|credentials?|client[_\-]?secret|key)$",
    re.IGNORECASE,
)
_NAMED_KEY = re.compile(
    r"(?:^|[_.\-])(?:api|access|secret|private|encryption|license)[_\-]?key$|apikey$", re.IGNORECASE
)
_KEY_OF_THE_KEYBOARD = re.compile(r"(?:^|[_.\-])key$", re.IGNORECASE)
_BASE64 = re.compile(r"(?!/)(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/]{40,}={0,2}")
_KEY_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_\-]{16,}|sk_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_\-]{30,}|gsk_[A-Za-z0-9]{20,}"
    r"|pplx-[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9\-]{10,}|hf_[A-Za-z0-9]{20,}"
    r"|xai-[A-Za-z0-9]{20,}|AKIA[A-Z0-9]{16}|eyJ[A-Za-z0-9_\-]{10,500}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----)"
)
_CREDENTIALS_IN_URL = re.compile(r"[a-z0-9+.\-]://[^/\s:@]*:[^/\s@]+@", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"^<.*>$|^\[.*\]$|^\{.*\}$|^\$|^%.*%$|^x{4,}|x{6}$|\.{3}|…|\*{3}", re.IGNORECASE)
_WORDS = frozenset({"changeme", "change", "replace", "insert", "paste", "placeholder", "dummy", "todo", "here"})
_NOTHING = frozenset({"", "none", "null", "nil", "test", "secret", "password", "key", "n/a", "na", "sk-", "false"})
_SUFFIXES = ("_API_KEY", "_APIKEY", "_ACCESS_KEY", "_AUTH_TOKEN", "_TOKEN", "_SECRET_KEY", "_KEY")


def names_a_secret(name: str) -> bool:
    """Does a setting or variable of this name hold a key? `max_tokens` and `encryption_key_file` do not."""
    return bool(_NAME.search(name))


def looks_like_a_key(value: object) -> bool:
    """Is it, or does it carry, a key of a well-known shape, whatever it is called?"""
    if isinstance(value, str):
        return bool(_KEY_SHAPES.search(value) or _CREDENTIALS_IN_URL.search(value)) and not is_placeholder(value)
    if isinstance(value, dict):
        return any(holds_a_key(str(name), one) for name, one in value.items())
    return isinstance(value, list) and any(looks_like_a_key(one) for one in value)


def keys_in(name: str, value: object) -> set[str]:
    """The texts that must stand nowhere else: the value itself where it is a key, and the keys inside it."""
    if isinstance(value, dict):
        return {key for one, inner in value.items() for key in keys_in(str(one), inner)}
    if isinstance(value, list):
        return {key for inner in value for key in keys_in("", inner)}
    if not isinstance(value, str) or is_placeholder(value):
        return set()
    found = {match[0] for match in _KEY_SHAPES.finditer(value)}
    found |= {match[0].rpartition(":")[2].removesuffix("@") for match in _CREDENTIALS_IN_URL.finditer(value)}
    return found | ({value} if is_for_a_secret(name, value) else set())


def is_placeholder(value: str) -> bool:
    """Does it only stand where a key belongs? `your_openai_api_key_here`, `<key>`, `${OPENAI_API_KEY}`, `changeme`."""
    text = value.strip()
    if text.lower() in _NOTHING or _PLACEHOLDER.search(text):
        return True
    # Word by word: four letters by chance are no rarity in a long key.
    return any(word in _WORDS or word.startswith("your") for word in re.split(r"[^a-z0-9]+", text.lower()))


def holds_a_key(name: str, value: object) -> bool:
    """Is this setting a key, by its name or by its value?"""
    if looks_like_a_key(value):
        return True
    return isinstance(value, str) and is_for_a_secret(name, value) and not is_placeholder(value)


def is_for_a_secret(name: str, value: str) -> bool:
    """Is this a place for a key? A `push_to_talk_key` is one of the keyboard: short, or with spaces or pluses."""
    if not names_a_secret(name):
        return False
    if _KEY_OF_THE_KEYBOARD.search(name) and not _NAMED_KEY.search(name):
        return len(value) >= 16 and (not re.search(r"[\s+/\\]", value) or bool(_BASE64.fullmatch(value)))
    return True


def keyring_name(name: str) -> str:
    """What the key is called in the keyring: `openai` for OPENAI_API_KEY and for `api.openai_api_key`."""
    leaf = name.upper().replace("-", "_").replace(".", "_")
    for section in ("API_KEYS_", "API_", "KEYS_", "SECRETS_"):
        leaf = leaf.removeprefix(section)
    for suffix in _SUFFIXES:
        if leaf.endswith(suffix) and leaf != suffix:
            leaf = leaf.removesuffix(suffix)
            break
    clean = re.sub(r"[^a-z0-9]+", "-", leaf.lower()).strip("-")
    return clean[:64].rstrip("-") or "old-key"
