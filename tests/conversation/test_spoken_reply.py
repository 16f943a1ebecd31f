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


SAID = "First sentence here. And the second one, which is longer."


def flowing(sound_ms: float) -> SpokenReply:
    """Text that is there before its sound, as a Realtime server sends it."""
    spoken = SpokenReply()
    spoken.write("First sentence here. ")
    spoken.flow(sound_ms / 2)
    spoken.write("And the second one, which is longer.")
    spoken.flow(sound_ms / 2)
    return spoken


def test_words_whose_sound_has_not_come_were_not_heard() -> None:
    spoken = flowing(1_000)
    assert spoken.heard(1_000) == "First sentence"
    assert spoken.text == "First sentence"


def test_when_all_sound_is_there_the_whole_text_lies_under_it_evenly() -> None:
    spoken = flowing(6_000)
    spoken.settle()
    assert spoken.heard(3_000) == "First sentence here. And the"
    assert spoken.heard(6_000) == spoken.text == SAID


def test_the_caption_of_flowing_text_goes_to_the_end_of_the_sentence() -> None:
    spoken = flowing(6_000)
    spoken.settle()
    assert spoken.sounding(0) == "First sentence here."
    assert spoken.sounding(1_700) == "First sentence here."
    assert spoken.sounding(4_000) == SAID


def test_what_broke_off_ends_with_its_sound_and_another_voice_goes_on_behind_it() -> None:
    spoken = flowing(1_000)
    spoken.break_off()
    spoken.add(500, "Then this.")
    assert spoken.text == "First sentence Then this."
    assert spoken.heard(1_250) == "First sentence Then"
