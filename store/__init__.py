"""The books: what the group agreed to write down, in paise, double entry, never edited.

Imports nothing of ours. TinyDB keeps the books on disk; the in-memory twin serves practice and tests.
"""
