"""New versions: asked for when the user allows it, offered only when their makers signed them, fetched when told to.

Open `updater.py` first: it asks, compares and remembers. `release.py` is what is announced and the check of its
signature, `source.py` where announcements come from, `installation.py` how this program was installed and what a new
one is handed over to, `watch.py` asks once a day while the program runs, `command.py` is the verb.
"""
