"""The conversations: what Sakhi says and what she makes of the answers.

One file a conversation, in straight-line ``async`` Python that reads like the talk itself. Nothing in
here knows about audio, Asterisk or TinyDB; money goes through a ``store`` ledger.
"""
