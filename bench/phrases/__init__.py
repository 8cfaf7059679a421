"""What cached phrases gain, and what they cost.

repeated   a reply that was said before, in the TTS harness: its requests and its first sound
lookup     one look-up through the TTS: text -> first frame, from memory and from disk
memory     the memory of a process, beside a small store and a large one
command    `python -m bench phrases`
"""
