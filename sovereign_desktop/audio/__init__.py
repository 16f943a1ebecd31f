"""Microphone and loudspeaker: devices, capture, echo and noise processing, VAD, endpointing, playback, earcons.

May import host, metrics, config and core. Open `port.py` first: it is all that the rest of the program knows of
sound. The work is done in a process of its own (`process.py`, run by `client.py`), for three reasons that were
measured: numpy, PortAudio, WebRTC processing and onnxruntime together hold 80 MiB that the tray does not need;
importing them stalls an event loop for up to 250 ms; and PortAudio refreshes its device list only in a new process.
Nothing that `port.py` or `client.py` import may pull numpy in.
"""
