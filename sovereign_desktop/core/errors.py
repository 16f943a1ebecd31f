"""One tree of errors. Callers ask `retryable`, never the message; a window shows `user_text` and `remedy`.

SovereignError
├── SettingsError            a value in the settings can't be used
├── AudioError
│   ├── UnreadableAudio      a file that is no usable audio
│   ├── NoSpeech             audio that holds no words
│   ├── NoMicrophone         nothing to record with
│   └── NoLoudspeaker        nothing to play on
├── EngineError              a speech engine or language model could not do its work
│   ├── EngineUnavailable    not installed, no model, no address
│   │   └── Unaffordable     it costs money, and none may be spent now
│   ├── Unauthorized         the server refused the key
│   ├── RateLimited          the server wants us to wait (`retry_after_s`)
│   ├── EngineTimeout        no answer within the deadline
│   └── BrokenReply          an answer that stopped half-way or is no answer
├── ProcessError             a child process does not start or does not stay up
└── UpdateError              a new version, or the news of one, can't be had or can't be trusted
"""

from __future__ import annotations


class SovereignError(Exception):
    """A failure that can be explained to the user.

    `user_text` is one sentence without jargon, content or secrets. `remedy` says what to do, when there is
    something. `retryable` claims that the same call may succeed later without anyone changing anything.
    """

    retryable = False

    def __init__(self, user_text: str, *, remedy: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(user_text)
        self.user_text = user_text
        self.remedy = remedy
        self.retry_after_s = retry_after_s

    @property
    def sentence(self) -> str:
        """What happened and what to do about it, on one line."""
        return f"{self.user_text} {self.remedy}".strip()


class SettingsError(SovereignError):
    """A value in the settings can't be used."""


class AudioError(SovereignError):
    """Sound can't be recorded, read or played."""


class UnreadableAudio(AudioError):  # noqa: N818 - the field calls it by what it is
    """A file or buffer that is no usable audio."""


class NoSpeech(AudioError):  # noqa: N818
    """Audio without words in it."""


class NoMicrophone(AudioError):  # noqa: N818
    """Nothing to record with."""

    retryable = True


class NoLoudspeaker(AudioError):  # noqa: N818
    """Nothing to play on."""

    retryable = True


class EngineError(SovereignError):
    """A speech engine or a language model could not do its work."""


class EngineUnavailable(EngineError):  # noqa: N818
    """The engine is not installed, has no model, or no address."""


class Unaffordable(EngineUnavailable):
    """It costs money, and a limit of spending is reached. That is no fault of the engine's."""


class Unauthorized(EngineError):  # noqa: N818
    """The server refused the key."""


class RateLimited(EngineError):  # noqa: N818
    """The server asks us to wait; `retry_after_s` says how long when it said so."""

    retryable = True


class EngineTimeout(EngineError):  # noqa: N818
    """No answer came within the deadline."""

    retryable = True


class BrokenReply(EngineError):  # noqa: N818
    """The answer stopped half-way, or is not one."""

    retryable = True


class ProcessError(SovereignError):
    """A child process does not start, or does not stay up."""

    retryable = True


class UpdateError(SovereignError):
    """A new version, or the news of one, can't be had or can't be trusted."""
