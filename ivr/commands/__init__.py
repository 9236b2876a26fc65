"""The `sakhi` commands, a small module each; `ivr.__main__` joins them."""
