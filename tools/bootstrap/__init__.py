"""Make a clone ready: virtual environment, system libraries, browser client, LiveKit server.

`python3 -m tools.bootstrap PART...` runs on a bare Python 3.11 to 3.14 and does only what is not
done yet. Each part writes a stamp of its inputs as its last step, so an interrupted part starts
again and a finished one costs milliseconds.
"""
