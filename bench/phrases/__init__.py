"""What phrases that are audio already are worth, and what they cost.

repeated   a reply that was said before, in the TTS harness: who is asked, and how soon is it heard?
alone      one look-up through the voice: text -> first frame, from memory and from disk
weight     the memory of a process, beside a small store and a large one
command    `python -m bench phrases`
"""
