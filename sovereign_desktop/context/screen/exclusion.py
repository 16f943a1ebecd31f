"""Which windows nobody may look into, and which parts of the screen show them. Decides; looks at nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sovereign_desktop.config.sections.screen import ScreenPrivacy
from sovereign_desktop.core.errors import SovereignError
from sovereign_desktop.core.picture import Rect
from sovereign_desktop.host.screen.base import ScreenWindow

LINGER_S = 60.0
"""A window whose title has stopped to match is still left out for so long: its content may not have changed yet."""

LOCKERS = frozenset(
    [
        "i3lock",
        "slock",
        "xsecurelock",
        "xtrlock",
        "xscreensaver",
        "light-locker",
        "gnome-screensaver",
        "kscreenlocker_greet",
        "swaylock",
        "physlock",
        "betterlockscreen",
        "lockapp",
        "loginwindow",
    ]
)
"""Programs whose window on top means that the screen is locked."""

PROGRAMS = frozenset(
    [
        "keepass",
        "keepassx",
        "keepassxc",
        "keepass2",
        "1password",
        "onepassword",
        "bitwarden",
        "lastpass",
        "dashlane",
        "enpass",
        "nordpass",
        "protonpass",
        "proton-pass",
        "keeperpassword",
        "roboform",
        "buttercup",
        "passbolt",
        "pwsafe",
        "password-safe",
        "gopass",
        "qtpass",
        "strongbox",
        "secrets",
        "seahorse",
        "kwalletmanager",
        "kwalletmanager5",
        "kwalletd",
        "kwalletd5",
        "kwalletd6",
        "gcr-prompter",
        "pinentry",
        "pinentry-gtk",
        "pinentry-gtk-2",
        "pinentry-qt",
        "pinentry-gnome3",
        "pinentry-x11",
        "polkit-gnome-authentication-agent-1",
        "lxpolkit",
        "authenticator",
        "ssh-askpass",
        "ksshaskpass",
        "x11-ssh-askpass",
        "authy",
        "yubico-authenticator",
        "yubioath-desktop",
        "veracrypt",
        "credentialuibroker",
        "passwords",
        "gnome-keyring",
        "tor-browser",
        "torbrowser",
        "starmoney",
        "quicken",
        "gnucash",
        "moneymoney",
        "banking4",
        "homebank",
        "electrum",
        "exodus",
        "ledger-live",
        "trezor-suite",
    ]
)
"""Password managers, authenticators, wallets and programs for banking, by the names of programs and window classes."""

TITLES = re.compile(
    r"\bprivate browsing\b|\bprivate window\b|\(private\)|\bincognito\b|\binprivate\b|privater modus|privates fenster|"
    r"navigation privée|navegación privada|navigazione anonima|inkognito|\btor browser\b|"
    r"keepass|1password|bitwarden|lastpass|dashlane|nordpass|proton ?pass|enpass|roboform|keeper vault|passbolt|"
    r"password manager|passwort-manager|passwords and keys|keychain access|schlüsselbundverwaltung|kwallet|"
    r"\bunlock (?:keyring|login keyring|vault|database)|authentication required|legitimierung erforderlich|"
    r"(?:online|net|e|home|mobile|internet|telefon)[- ]?bank(?:ing)?\b|\bbanking\b|banque en ligne|banca en línea|"
    r"\bpaypal\b|\bwise\b.*\b(?:account|transfer|balance)|\brevolut\b|\bn26\b|\bmonzo\b|\bsparkasse\b|\bvolksbank\b|"
    r"\bcommerzbank\b|\bdeutsche bank\b|\bing[- ]diba\b|\bcomdirect\b|\bbarclays\b|\bhsbc\b|\blloyds\b|\bnatwest\b|"
    r"\bsantander\b|\bbbva\b|\bbnp paribas\b|crédit agricole|société générale|\brabobank\b|\babn amro\b|\bnordea\b|"
    r"\bswedbank\b|\bdanske bank\b|\bpostbank\b|\bunicredit\b|\bubs\b|\bchase\b.*\b(?:bank|account|sign in)|"
    r"\bbank of america\b|\bwells fargo\b|\bcitibank\b|\bcapital one\b|\btd bank\b|\bcharles schwab\b|\bfidelity\b",
    re.IGNORECASE,
)
"""What titles of such windows say: private browsing, password managers on the web, banks."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A window that nobody may look into, and the parts of the screen that show it."""

    window: ScreenWindow
    regions: tuple[Rect, ...]


class Exclusions:
    """Remembers what was excluded a moment ago. Raises SovereignError for a pattern that is none."""

    def __init__(self, settings: ScreenPrivacy) -> None:
        self._programs = {program.lower().removesuffix(".exe") for program in settings.exclude_programs}
        self._titles = [title.lower() for title in settings.exclude_titles if title]
        self._patterns = [_compiled(pattern) for pattern in settings.exclude_patterns]
        self._built_in = settings.enabled
        self._until: dict[int, float] = {}

    def excluded(self, windows: Sequence[ScreenWindow], now: float) -> frozenset[int]:
        """The ids of the windows to leave out; `now` on any clock that only goes forward."""
        named = {window.id for window in windows if self._is_named(window)}
        self._until |= dict.fromkeys(named, now + LINGER_S)
        self._until = {id_: until for id_, until in self._until.items() if until > now}
        out = {window.id for window in windows if window.id in self._until}
        return frozenset(out | set(_relatives(windows, out)))

    def _is_named(self, window: ScreenWindow) -> bool:
        names = {name.removesuffix(".exe") for name in window.program.lower().split()} | {window.program.lower()}
        title = window.title.lower()
        if names & self._programs or any(one in title for one in self._titles):
            return True
        if any(pattern.search(f"{window.program}: {window.title}") for pattern in self._patterns):
            return True
        return self._built_in and (_is_known(names) or TITLES.search(window.title) is not None)


def _is_known(names: Iterable[str]) -> bool:
    """Also by the last part of a name such as `org.keepassxc.KeePassXC`; the kernel cuts names to 15 letters."""
    return any(
        part in PROGRAMS or (len(name) == 15 and any(program.startswith(name) for program in PROGRAMS))
        for name in names
        for part in (name, name.rsplit(".", 1)[-1])
    )


def _relatives(windows: Sequence[ScreenWindow], out: set[int]) -> Iterable[int]:
    """Dialogs of excluded windows, and windows of the same program that do not say what they are: menus, pop-ups."""
    owners = {window.owner for window in windows if window.id in out and window.owner}
    for window in windows:
        if window.belongs_to in out or (not window.title and window.owner in owners):
            yield window.id


def is_locked_by(windows: Sequence[ScreenWindow]) -> bool:
    """Whether a screen locker's window is there."""
    return any(set(window.program.lower().split()) & LOCKERS for window in windows)


def visible(windows: Sequence[ScreenWindow], ids: frozenset[int]) -> tuple[Excluded, ...]:
    """Where these windows can be seen. `windows` are topmost first; what lies on top hides, if nothing shines through.

    An excluded window on top of another hides nothing: it is cut out itself, and may be gone in the picture.
    """
    found = []
    above: list[Rect] = []
    for window in windows:
        if window.id in ids:
            regions = [window.box]
            for box in above:
                regions = [part for region in regions for part in region.without(box)]
            if regions:
                found.append(Excluded(window, tuple(regions)))
        elif window.hides:
            above.append(window.box)
    return tuple(found)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise SovereignError(
            f"The pattern {pattern!r} in screen_context.privacy.exclude_patterns can't be read.",
            remedy="Write a regular expression; until then nothing looks at the screen.",
        ) from error
