"""Backups: all books, and what goes with them, in one encrypted file that was tried; and the way back.

`make` makes one; `contents` says what is in it, `archive` and `seal` how it is packed and encrypted, `place`
how it comes to lie on a stick, `trial` whether it is good, `state` when the last one was made; `schedule` has
them made by themselves. `restore` puts one back, and `losses` says what that would lose.
"""
