"""Who may use how many tokens: each tier its share, and what one does not use goes to the others in their order."""

from __future__ import annotations

from collections.abc import Mapping

from sovereign_desktop.context.base import Tier


def allocate(wanted: Mapping[Tier, int], shares: Mapping[Tier, int], total: int) -> dict[Tier, int]:
    """The tokens that each tier gets: never more than it wants, and all together never more than `total`.

    Shares that come to more than `total` are served in the order of the tiers.
    """
    granted: dict[Tier, int] = {}
    left = max(0, total)
    for tier in Tier:
        granted[tier] = max(0, min(wanted.get(tier, 0), shares.get(tier, 0), left))
        left -= granted[tier]
    for tier in Tier:
        more = max(0, min(wanted.get(tier, 0) - granted[tier], left))
        granted[tier] += more
        left -= more
    return granted
