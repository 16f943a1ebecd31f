"""Puts together what a model is told for a turn, within the budget, and writes down what became of each piece.

Decides only: what there is to tell is handed in. The same material gives the same prompt, at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.context.base import ContextPiece, Tier
from sovereign_desktop.context.budget import allocate
from sovereign_desktop.context.compression import GAP, compress, sentences
from sovereign_desktop.context.conversation_window import ConversationWindow
from sovereign_desktop.context.fencing import fenced, harmless, key_for, label
from sovereign_desktop.context.manifest import Entry, Fate, Manifest
from sovereign_desktop.context.needs import needs_of
from sovereign_desktop.context.prompt import ASKS, Prompt
from sovereign_desktop.context.recent import Recent
from sovereign_desktop.context.relevance import scores, terms
from sovereign_desktop.context.tokens import TokenCounter, picture_tokens
from sovereign_desktop.core.dialogue import Background, ImageAttachment, Message, Role

PER_MESSAGE = 4
"""What the marks around a message cost."""
RESERVE = 64
"""For the marks around the whole."""
SHORTEST_CUT = 40
"""Less of a piece than this says nothing."""
SAMPLE_KEY = "0" * 12
EARLIER = "earlier"
EARLIER_SOURCE = "earlier in this conversation"
MOST_EARLIER = 0.125
"""The share of the conversation's tokens for what was said before the part of it that is told."""


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to tell. `provided` are the pieces of each tier with the name of who gave them."""

    instructions: str
    question: str = ""
    history: tuple[Message, ...] = ()
    provided: tuple[tuple[Tier, tuple[ContextPiece, ...]], ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    relevance: Mapping[str, float] = field(default_factory=dict)
    """How near these pieces' texts are to the question in meaning, where an embedding model could tell."""


@dataclass(slots=True)
class _Candidate:
    piece: ContextPiece
    source: str
    tier: Tier
    text: str
    cost: int
    relevance: float | None
    entry: Entry | None = None
    told: str = ""


class Assembler:
    """Keeps what it needs to be quick: counts, words, and the last prompt while nothing changes."""

    def __init__(self, settings: SmartContext, counter: TokenCounter) -> None:
        self._settings = settings
        self.counted_by = counter.name
        self._count = Recent(counter.count)
        self._terms = Recent(terms)
        self._sentences = Recent(sentences)
        self._label = Recent(label)
        self._harmless = Recent(lambda text: harmless(text).strip())
        self._window = ConversationWindow()
        self._last: tuple[Material, Prompt] | None = None

    def assemble(self, material: Material) -> Prompt:
        """The prompt. It never counts more than the budget."""
        if self._last is not None and self._last[0] == material:
            return self._last[1]
        self._next_round()
        prompt = self._assembled(material)
        self._last = (material, prompt)
        return prompt

    def forget(self) -> None:
        """Let go of every text that was seen."""
        self._last = None
        self._next_round()
        self._next_round()

    def _next_round(self) -> None:
        for recent in (self._count, self._terms, self._sentences, self._label, self._harmless):
            recent.next_round()

    def _assembled(self, material: Material) -> Prompt:
        settings, count = self._settings, self._count
        entries: list[Entry] = []
        question = self._shortened("question", material.question, settings.token_budget // 2, entries)
        most = settings.token_budget // 4
        instructions = self._shortened("instructions", material.instructions, most, entries, Tier.SYSTEM)
        fixed = RESERVE + 2 * PER_MESSAGE + count(question) + count(ASKS)
        asked = terms(question)
        candidates = self._candidates(material, question, asked)
        kept = [one for one in candidates if one.entry is None]
        system = count(instructions)
        costs = [count(message.text) + PER_MESSAGE for message in material.history]
        wanted = {
            Tier.SYSTEM: system + sum(one.cost for one in kept if one.tier is Tier.SYSTEM),
            Tier.MEMORY: sum(one.cost for one in kept if one.tier is Tier.MEMORY),
            Tier.SCREEN: sum(one.cost for one in kept if one.tier is Tier.SCREEN),
            Tier.CONVERSATION: sum(costs),
        }
        shares = {Tier(name): tokens for name, tokens in settings.priorities.model_dump().items()}
        shares[Tier.SYSTEM] = max(shares[Tier.SYSTEM], system)
        if not question:  # nobody knows yet what is asked: no tier takes more than its own
            wanted[Tier.MEMORY] = min(wanted[Tier.MEMORY], shares[Tier.MEMORY])
            wanted[Tier.SCREEN] = min(wanted[Tier.SCREEN], shares[Tier.SCREEN])
        room = allocate(wanted, shares, settings.token_budget - fixed)
        used = dict.fromkeys(Tier, 0)
        used[Tier.SYSTEM] = system
        for tier in (Tier.SYSTEM, Tier.MEMORY, Tier.SCREEN):
            own = [one for one in kept if one.tier is tier]
            used[tier] += self._fit(own, room[tier] - used[tier], asked)
        history, earlier, spent = self._conversation(material, costs, room[Tier.CONVERSATION], asked)
        used[Tier.CONVERSATION] = spent
        told = [one for one in candidates if one.told]
        entries += [one.entry for one in candidates if one.entry is not None]
        entries += self._conversation_entries(costs, len(history), earlier)
        manifest = Manifest(
            settings.token_budget,
            fixed + sum(used.values()),
            self.counted_by,
            tuple(entries),
            used,
            dict(material.problems),
        )
        return Prompt(instructions, history, _blocks(told, earlier), question, manifest)

    def _shortened(self, name: str, text: str, most: int, entries: list[Entry], tier: Tier = Tier.CONVERSATION) -> str:
        """A text that has to be told, even if only its sentences that fit."""
        count = self._count
        told = text if count(text) <= most else compress(text, frozenset(), most, count)
        fate = Fate.KEPT if told == text else Fate.SHORTENED
        if told:
            why = "" if told == text else "longer than the budget allows"
            entries.append(Entry(name, tier, fate, count(told), why))
        return told

    # Pieces

    def _candidates(self, material: Material, question: str, asked: frozenset[str]) -> list[_Candidate]:
        pieces = [(tier, piece) for tier, several in material.provided for piece in several]
        if not pieces:
            return []
        texts = [piece.text.strip() if piece.is_trusted else self._harmless(piece.text) for _, piece in pieces]
        found = self._relevance(material, texts, asked)
        needs = needs_of(question)
        settings = self._settings.relevance
        candidates = []
        for (tier, piece), text, relevance in zip(pieces, texts, found, strict=True):
            source = self._label(piece.source)
            one = _Candidate(piece, source, tier, text, self._piece_cost(piece, text), relevance)
            too_far = relevance is not None and relevance < settings.threshold
            if not text and piece.picture is None:
                one.entry = self._left_out(one, "empty")
            elif settings.enabled and piece.is_optional and too_far and tier not in needs.likely:
                one.entry = self._left_out(one, "too little to do with the question")
            candidates.append(one)
        order = {id(one): number for number, one in enumerate(candidates)}
        return sorted(
            candidates,
            key=lambda one: (
                one.piece.is_optional,
                -(one.relevance if one.relevance is not None else 0.0),
                -(one.piece.at or 0.0),
                order[id(one)],
            ),
        )

    def _relevance(self, material: Material, texts: Sequence[str], asked: frozenset[str]) -> list[float | None]:
        """The provider's own word, else what words or meaning tell, whichever is more; None while nothing is asked."""
        pieces = [piece for _, several in material.provided for piece in several]
        by_words = scores(asked, [self._terms(text) for text in texts])
        found: list[float | None] = []
        for at, piece in enumerate(pieces):
            guesses = (by_words[at] if by_words is not None else None, material.relevance.get(piece.text))
            best = max((guess for guess in guesses if guess is not None), default=None)
            found.append(piece.relevance if piece.relevance is not None else best)
        return found

    def _fit(self, candidates: Sequence[_Candidate], room: int, asked: frozenset[str]) -> int:
        """Take pieces while there is room, the last one shortened; the tokens used."""
        used = 0
        for one in candidates:
            left = room - used
            if one.cost <= left:
                one.told = one.text or GAP
                one.entry = self._kept(one, one.cost)
            elif (shorter := self._cut(one, left, asked)) and (cost := self._piece_cost(one.piece, shorter)) <= left:
                one.told = shorter
                one.entry = self._kept(one, cost, Fate.SHORTENED, "no room for all of it")
            else:
                one.entry = self._left_out(one, "no room")
                continue
            used += self._piece_cost(one.piece, one.told)
        return used

    def _cut(self, one: _Candidate, left: int, asked: frozenset[str]) -> str:
        around = one.cost - self._count(one.text)
        most = left - around
        return compress(one.text, asked, most, self._count, self._sentences) if most >= SHORTEST_CUT else ""

    def _piece_cost(self, piece: ContextPiece, text: str) -> int:
        around = "" if piece.is_trusted else fenced("", self._label(piece.source), SAMPLE_KEY)
        picture = picture_tokens(piece.picture) if piece.picture is not None else 0
        return self._count(text) + self._count(around) + picture + 1

    @staticmethod
    def _kept(one: _Candidate, tokens: int, fate: Fate = Fate.KEPT, why: str = "") -> Entry:
        piece = one.piece
        return Entry(one.source, one.tier, fate, tokens, why, one.relevance, piece.at, piece.redactions)

    @staticmethod
    def _left_out(one: _Candidate, why: str) -> Entry:
        piece = one.piece
        return Entry(one.source, one.tier, Fate.LEFT_OUT, 0, why, one.relevance, piece.at, piece.redactions)

    # The conversation

    def _conversation(
        self, material: Material, costs: Sequence[int], room: int, asked: frozenset[str]
    ) -> tuple[tuple[Message, ...], list[str], int]:
        """The messages that are told, what was said before them and is about the question, and the tokens of both."""
        history = material.history
        begins = self._window.fit(history, room, costs)
        earlier: list[str] = []
        spent = 0
        before = history[:begins]
        if before and asked:
            found = scores(asked, [self._terms(message.text) for message in before])
            spent, earlier = self._recalled(before, found or [], int(room * MOST_EARLIER))
            if spent:
                begins = max(begins, self._window.fit(history, room - spent, costs))
        return history[begins:], earlier, spent + sum(costs[begins:])

    def _recalled(self, before: Sequence[Message], found: Sequence[float], room: int) -> tuple[int, list[str]]:
        relevant = [
            (score, at) for at, score in enumerate(found) if score >= max(self._settings.relevance.threshold, 0.01)
        ]
        spent, chosen = self._count(fenced("", EARLIER_SOURCE, SAMPLE_KEY)) + 2, list[int]()
        for _score, at in sorted(relevant, key=lambda one: (-one[0], -one[1])):
            cost = self._count(_quoted(before[at])) + 2
            if spent + cost > room:
                break
            spent += cost
            chosen.append(at)
        if not chosen:
            return 0, []
        return spent, [_quoted(before[at]) for at in sorted(chosen)]

    def _conversation_entries(self, costs: Sequence[int], told: int, earlier: Sequence[str]) -> list[Entry]:
        entries = []
        if told:
            entries.append(
                Entry(f"conversation, {told} messages", Tier.CONVERSATION, Fate.KEPT, sum(costs[len(costs) - told :]))
            )
        if earlier:
            tokens = sum(map(self._count, earlier))
            why = "about the question"
            entries.append(Entry(f"{EARLIER}, {len(earlier)} messages", Tier.CONVERSATION, Fate.KEPT, tokens, why))
        if missing := len(costs) - told - len(earlier):
            entries.append(Entry(f"conversation, {missing} messages", Tier.CONVERSATION, Fate.LEFT_OUT, 0, "no room"))
        return entries


def _quoted(message: Message) -> str:
    who = "User" if message.role is Role.USER else "Assistant"
    return f"{who}: {' '.join(harmless(message.text).split())}"


def _blocks(told: Sequence[_Candidate], earlier: Sequence[str]) -> tuple[Background, ...]:
    """Facts one by one, as they are; what others may have written by tier, between delimiters of one key."""
    blocks = [
        Background(f"fact:{one.source}", Role.SYSTEM, one.told, one.told, stays_true=one.source == "time")
        for one in told
        if one.piece.is_trusted
    ]
    data = [one for one in told if not one.piece.is_trusted]
    key = key_for([*(one.told for one in data), *(one.source for one in data), *earlier])
    for tier in Tier:
        own = [one for one in data if one.tier is tier]
        if own:
            text = "\n".join(fenced(one.told, one.source, key) for one in own)
            content = "\n".join(f"{one.source}\n{one.told}" for one in own)
            shown = [one.piece.picture for one in own if one.piece.picture is not None]
            images = tuple(ImageAttachment.of(picture.data, picture.media_type) for picture in shown)
            blocks.append(Background(tier.value, Role.USER, text, content, images=images))
    if earlier:
        said = "\n".join(earlier)
        blocks.append(Background(EARLIER, Role.USER, fenced(said, EARLIER_SOURCE, key), said))
    return tuple(blocks)
