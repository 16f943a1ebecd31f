"""Making what people install. Open `cli.py` first: it has the order of things.

`stage.py` lays out the folder that Briefcase works in, `briefcase.py` runs it there, `tree.py` and `deb.py` add what a
Debian package has beyond what Briefcase writes, `notices.py` tells whose work is inside.
"""
