"""Make a clone ready: virtual environment, system libraries, browser client, LiveKit server.

`python3 -m tools.bootstrap PART...` runs on a bare Python 3.11 to 3.14 and does only what is not
done yet. Each part leaves a stamp of its inputs as its very last act, so an interrupted part is
begun anew and a finished one costs milliseconds.
"""
