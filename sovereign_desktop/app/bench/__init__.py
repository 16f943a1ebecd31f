"""The program's own measurements: `bench NAME`. Each is a coroutine function of `debug` that returns a report.

`cli.py` knows which there are (`BENCHES`). What they are made of, virtual devices and servers that answer when they are
told to, stands beside them: nothing of the program needs it.
"""
