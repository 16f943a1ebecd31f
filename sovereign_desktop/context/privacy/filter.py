"""The filter: what it finds, what it leaves, and that nothing passes when it breaks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sovereign_desktop.context.privacy import codes, contacts, identities, keys, labelled, numbers
from sovereign_desktop.context.privacy.spans import Detector, Kind, Span, merged
from sovereign_desktop.context.privacy.spelling import as_read

logger = logging.getLogger(__name__)

LONGEST_TEXT = 100_000
"""Characters that are looked at; what is beyond them does not pass."""

DETECTORS: tuple[Detector, ...] = (
    keys.private_keys,
    keys.known_keys,
    keys.json_web_tokens,
    keys.random_tokens,
    labelled.passwords,
    codes.one_time_codes,
    numbers.cards,
    numbers.ibans,
    identities.national_ids,
    contacts.email_addresses,
    contacts.phone_numbers,
    contacts.ip_addresses,
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text that may be shown, and the kind of each placeholder in it. When the filter broke, there is no text."""

    text: str
    kinds: tuple[Kind, ...] = ()
    failed: bool = False


class PrivacyFilter:
    """Takes secrets out of texts. `own_words` are the user's, found in any case and as a recogniser garbles them."""

    def __init__(self, own_words: Sequence[str] = (), detectors: Sequence[Detector] = DETECTORS) -> None:
        self._detectors = tuple(detectors)
        self._own = [
            re.compile(rf"(?<![^\W_]){as_read(word.strip(), broken=len(word.strip()) > 5)}(?![^\W_])", re.IGNORECASE)
            for word in own_words
            if word.strip()
        ]

    def redact(self, text: str) -> Redacted:
        """The text with placeholders for its secrets. Never raises; a filter that breaks lets nothing pass."""
        try:
            return replaced(text[:LONGEST_TEXT], self.find(text))
        except Exception as error:  # noqa: BLE001 - whatever it is: no text may pass
            logger.warning("the privacy filter failed", extra={"error": type(error).__name__, "characters": len(text)})
            return Redacted("", failed=True)

    def find(self, text: str) -> list[Span]:
        """The secrets of a text, in order. May raise; see `redact`."""
        return list(merged(self._spans(text[:LONGEST_TEXT])))

    def _spans(self, text: str) -> Iterator[Span]:
        for detector in self._detectors:
            yield from detector(text)
        for word in self._own:
            for match in word.finditer(text):
                yield Span(match.start(), match.end(), Kind.OWN_WORD)


def replaced(text: str, spans: Sequence[Span]) -> Redacted:
    """The text with a placeholder for each span."""
    pieces: list[str] = []
    done = 0
    for span in spans:
        pieces += (text[done : span.start], span.kind.value)
        done = span.end
    return Redacted("".join((*pieces, text[done:])), tuple(span.kind for span in spans))
