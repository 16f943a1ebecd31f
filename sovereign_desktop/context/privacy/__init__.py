"""The privacy filter: text in, text without secrets out, and a list of what was taken out of it.

May import core. Open `filter.py` first. A detector is a function from a text to the spans of one family of secrets:
`keys.py`, `labelled.py`, `codes.py`, `numbers.py`, `identities.py`, `contacts.py`. All of them expect text that was
read off a picture: `spelling.py` knows what a recogniser takes for what.
"""
