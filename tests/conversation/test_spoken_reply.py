"""What of a reply was heard, and what sounds now."""

from sovereign_desktop.conversation.spoken_reply import SpokenReply


def reply() -> SpokenReply:
    spoken = SpokenReply()
    for begins in ("One two three four.", "", "Five six.", ""):
        spoken.add(500, begins)
    return spoken


def test_the_caption_shows_the_sentence_that_sounds() -> None:
    assert reply().sounding(0) == "One two three four."
    assert reply().sounding(999) == "One two three four."
    assert reply().sounding(1000) == "One two three four. Five six."


def test_an_interrupted_sentence_counts_by_its_words() -> None:
    assert reply().heard(0) == ""
    assert reply().heard(500) == "One two"
    assert reply().heard(1500) == "One two three four. Five"
    assert reply().heard(9999) == reply().text == "One two three four. Five six."


def test_a_reply_without_sound_was_not_heard() -> None:
    assert SpokenReply().heard(100) == ""
    assert SpokenReply().duration_ms == 0
