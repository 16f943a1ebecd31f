"""Who knows of the keyring's lock on this system."""

from __future__ import annotations

import sys

from sovereign_desktop.host.keyring_lock.base import KeyringLock


def choose_keyring_lock(platform: str = sys.platform) -> KeyringLock | None:
    """None on systems that tell nobody without asking the user."""
    if platform != "linux":
        return None
    from sovereign_desktop.host.keyring_lock._linux import SecretServiceLock

    return SecretServiceLock()
