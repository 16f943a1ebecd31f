"""Everything between a fresh machine and a program that starts: system libraries, `.venv`, the order of the tests.

Standard library only, and nothing of `sovereign_desktop`: this runs before either is there. Open `cli.py` first.
What the script itself has to say goes to standard error, so that standard output belongs to what it starts: an
answer, or the report of the tests.
"""
