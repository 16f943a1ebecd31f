"""What is read again is cut between words, and what was read comes where the eye expects it."""

from __future__ import annotations

from dataclasses import replace

from sovereign_desktop.context.screen.parts import Part, merge, parts_to_read
from sovereign_desktop.core.picture import GreyPicture, Rect
from sovereign_desktop.engines.base import ReadWord

LARGE = GreyPicture(1000, 1000, bytes(1_000_000))
SMALL = GreyPicture(500, 100, bytes(50_000))


def line(number: int, text: str, left: int = 20, top: int = 0) -> list[ReadWord]:
    """A line of words that are 40 wide and 12 high, 50 apart."""
    return [
        ReadWord(word, Rect(left + 50 * place, top, left + 50 * place + 40, top + 12), 90, number)
        for place, word in enumerate(text.split())
    ]


def everything_changed(word: ReadWord) -> bool:
    del word
    return False


def told(words: tuple[ReadWord, ...]) -> list[str]:
    """The lines, as text."""
    numbers = sorted({word.line for word in words})
    return [" ".join(word.text for word in words if word.line == number) for number in numbers]


def part(sheet: Rect, words: list[ReadWord], again: list[ReadWord]) -> Part:
    others = tuple(word.box for word in words if word not in again and word.box.meets(sheet))
    return Part(sheet, others, others, of_lines=bool(again))


def test_a_line_that_a_change_touches_is_read_whole_and_its_neighbours_are_covered() -> None:
    lines = [line(0, "a b c d", top=10), line(1, "e f g h", top=24), line(2, "i j k l", top=38)]
    (one,) = parts_to_read([Rect(72, 28, 80, 32)], lines, LARGE)
    assert one.sheet == Rect(17, 21, 213, 39)
    assert all(one.has(word) for word in lines[1])
    assert not any(one.has(word) for word in lines[0] + lines[2])
    assert set(one.others) == {word.box for word in lines[0] + lines[2]}
    assert not any(box.meets(word.box) for box in one.covered for word in lines[1])


def test_of_lines_that_are_much_of_the_picture_the_touched_words_are_read_with_their_neighbours() -> None:
    words = line(0, "a b c d e f g h", top=40)
    (one,) = parts_to_read([Rect(172, 40, 180, 50)], [words], SMALL)
    assert [word.text for word in words if one.has(word)] == ["c", "d", "e"]


def test_of_changes_all_over_the_picture_no_more_than_the_touched_words_is_read() -> None:
    lines = [line(number, "a b c d e f g h", top=12 + 20 * number) for number in range(4)]
    changes = [Rect(172, 15 + 20 * number, 180, 20 + 20 * number) for number in range(4)]
    parts = parts_to_read(changes, lines, SMALL)
    assert {word.text for words in lines for word in words if any(part.has(word) for part in parts)} == {"d"}


def test_a_change_beside_a_line_belongs_to_it() -> None:
    words = line(0, "a b c", top=40)
    (one,) = parts_to_read([Rect(4, 42, 10, 50)], [words], LARGE)
    assert all(one.has(word) for word in words)


def test_what_covers_a_neighbour_leaves_the_line_itself_alone() -> None:
    upper, lower = line(0, "a b", top=10), line(1, "c d", top=20)
    (one,) = parts_to_read([Rect(30, 26, 36, 30)], [upper, lower], LARGE)
    assert one.covered
    assert not any(box.meets(word.box) for box in one.covered for word in lower)


def test_words_of_two_columns_that_were_read_as_one_line_stay_in_their_columns() -> None:
    columns = [line(0, "a b", top=10), line(1, "c d", top=30), line(2, "p q", 400, 10), line(3, "r s", 400, 30)]
    words = [word for one in columns for word in one]
    again = columns[0] + columns[2]
    new = line(0, "A B", top=10) + line(0, "P Q", 400, 10)
    merged = merge(words, [part(Rect(17, 7, 500, 25), words, again)], [new], everything_changed)
    assert told(merged) == ["A B", "c d", "P Q", "r s"]


def test_a_word_far_behind_the_end_of_a_line_comes_behind_it() -> None:
    lines = [line(0, "a b c d e f", top=10), line(1, "g h", top=30), line(2, "i j k l m n", top=50)]
    words = [word for one in lines for word in one]
    merged = merge(words, [part(Rect(217, 27, 263, 45), words, [])], [line(0, "new", 220, 30)], everything_changed)
    assert told(merged) == ["a b c d e f", "g h", "new", "i j k l m n"]


def test_a_mark_before_a_line_comes_before_its_words() -> None:
    lines = [line(0, "a b", top=10), line(1, "c d", top=30), line(2, "e f", top=50)]
    words = [word for one in lines for word in one]
    mark = ReadWord("x", Rect(4, 30, 12, 42), 90, 0)
    merged = merge(
        words, [part(Rect(1, 27, 123, 45), words, lines[1])], [[mark, *line(0, "c d", top=30)]], everything_changed
    )
    assert told(merged) == ["a b", "x c d", "e f"]


def test_what_has_not_changed_and_is_not_found_again_is_still_there() -> None:
    words = line(0, "a b c d", top=10)
    again = part(Rect(1, 7, 223, 25), words, words)
    assert told(merge(words, [again], [line(0, "A", top=10)], lambda word: word.text in "cd")) == ["A c d"]
    wide = ReadWord("cd", words[2].box.union(words[3].box), 90, 0)
    read = [*line(0, "A", top=10), wide]
    assert told(merge(words, [again], [read], lambda word: word.text in "cd")) == ["A cd"]


def test_what_has_not_changed_and_is_read_with_little_certainty_stays_as_it_was_read() -> None:
    words = line(0, "a b c d", top=10)
    again = part(Rect(1, 7, 223, 25), words, words)
    unsure = ReadWord("TOPO", words[2].box.union(words[3].box), 69, 0)
    read = [*line(0, "A", top=10), unsure]
    assert told(merge(words, [again], [read], lambda word: word.text in "cd")) == ["A c d"]
    assert told(merge(words, [again], [read], everything_changed)) == ["A TOPO"]


def test_a_line_that_gets_words_reaches_no_further_down() -> None:
    lines = [line(0, "a b", top=10), line(1, "e f", top=24)]
    words = [word for one in lines for word in one]
    lower = [replace(word, box=word.box.moved(0, 5)) for word in line(0, "c", left=130, top=10)]
    once = merge(words, [part(Rect(105, 5, 180, 30), words, [])], [lower], everything_changed)
    assert told(once) == ["a b c", "e f"]
    near_both = line(0, "g", left=180, top=20)
    again = part(Rect(105, 19, 240, 40), list(once), [])
    assert told(merge(once, [again], [near_both], everything_changed)) == ["a b c", "e f g"]
