from __future__ import annotations

import pytest

from sovereign_desktop.core.dialogue import Outcome, TurnState
from sovereign_desktop.core.events import Notice, ReplySpoken, Severity, SpeechRecognised, TurnEnded
from sovereign_desktop.ui.captions import Captions, CaptionView, linger_ms
from sovereign_desktop.ui.situation import Face, Situation
from tests.ui.stage import turn


def during(state: TurnState, turn_id: str = "1") -> Situation:
    return Situation(ready=True, state=state, turn_id=turn_id)


IDLE = Situation(ready=True)
NOTICE = Notice("disk", "The disk is full.", Severity.WARNING, "Make room.")


@pytest.fixture
def captions() -> Captions:
    """In the middle of a turn."""
    captions = Captions()
    captions.follow(during(TurnState.LISTENING))
    captions.heard(SpeechRecognised("1", "what time", is_final=False))
    return captions


def seen(captions: Captions) -> CaptionView:
    assert captions.view is not None
    return captions.view


def test_there_is_nothing_to_see_before_the_first_turn() -> None:
    captions = Captions()
    captions.follow(IDLE)
    assert captions.view is None


def test_what_is_heard_replaces_what_was_heard_before(captions: Captions) -> None:
    captions.heard(SpeechRecognised("1", "what time is it", is_final=True))
    assert seen(captions).heard == "what time is it"


def test_the_level_is_shown_while_listening_only(captions: Captions) -> None:
    assert seen(captions).is_metering
    captions.follow(during(TurnState.THINKING))
    assert not seen(captions).is_metering


def test_a_turn_stays_until_it_has_ended(captions: Captions) -> None:
    captions.follow(during(TurnState.SPEAKING))
    captions.said(ReplySpoken("1", "It is nine."))
    assert seen(captions).linger_ms is None
    captions.follow(IDLE)
    captions.ended(TurnEnded("1", Outcome.ANSWERED, turn()))
    assert seen(captions).linger_ms == linger_ms("It is nine.")
    assert seen(captions).headline == "Answered after 0.6 s"


@pytest.mark.parametrize("order", ["the end first", "the state first"])
def test_the_order_of_the_last_two_events_does_not_matter(captions: Captions, order: str) -> None:
    ended = TurnEnded("1", Outcome.CANCELLED, None)
    if order == "the end first":
        captions.ended(ended)
        captions.follow(IDLE)
    else:
        captions.follow(IDLE)
        captions.ended(ended)
    assert seen(captions).headline == "Cancelled"
    assert seen(captions).heard == "what time"


def test_the_next_turn_begins_with_empty_lines(captions: Captions) -> None:
    captions.said(ReplySpoken("1", "It is nine."))
    captions.follow(during(TurnState.LISTENING, "2"))
    assert (seen(captions).heard, seen(captions).said) == ("", "")


def test_what_an_older_turn_still_has_to_say_is_not_mixed_in(captions: Captions) -> None:
    captions.follow(during(TurnState.LISTENING, "2"))
    captions.said(ReplySpoken("1", "It is nine."))
    captions.heard(SpeechRecognised("1", "what time is it", is_final=True))
    captions.ended(TurnEnded("1", Outcome.INTERRUPTED, turn()))
    assert seen(captions) == CaptionView(Face.LISTENING, "Listening", is_metering=True)


def test_a_dismissed_turn_does_not_come_back_but_the_next_does(captions: Captions) -> None:
    captions.dismiss()
    captions.said(ReplySpoken("1", "It is nine."))
    assert captions.view is None
    captions.follow(during(TurnState.LISTENING, "2"))
    assert seen(captions).headline == "Listening"


def test_a_notice_says_what_to_do_and_goes_by_itself() -> None:
    captions = Captions()
    captions.noticed(NOTICE)
    view = seen(captions)
    assert (view.notice, view.remedy, view.face) == ("The disk is full.", "Make room.", Face.ERROR)
    assert view.linger_ms is not None


def test_a_notice_goes_when_its_matter_is_over() -> None:
    captions = Captions()
    captions.noticed(NOTICE)
    captions.cleared("another matter")
    assert captions.view is not None
    captions.cleared("disk")
    assert captions.view is None


def test_a_notice_joins_the_turn_that_goes_on(captions: Captions) -> None:
    captions.noticed(NOTICE)
    assert (seen(captions).headline, seen(captions).notice) == ("Listening", "The disk is full.")
    assert seen(captions).linger_ms is None


def test_without_captions_only_notices_are_shown() -> None:
    captions = Captions(show_turns=False)
    captions.follow(during(TurnState.LISTENING))
    assert captions.view is None
    captions.noticed(NOTICE)
    assert seen(captions).notice == "The disk is full."


def test_long_texts_stay_longer_but_not_for_ever() -> None:
    assert linger_ms("") < linger_ms("word " * 20) < linger_ms("word " * 10_000) < 15_000


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words(captions: Captions, outcome: Outcome) -> None:
    captions.ended(TurnEnded("1", outcome, None))
    assert seen(captions).headline != "Listening"
