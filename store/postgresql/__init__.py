"""The books and all that goes with them in PostgreSQL, for several machines at once (`psycopg`).

One database holds every group. It keeps the first laws itself: no voucher is changed or deleted, their
numbers have no gap, each names the one before and has the hash of what it says, every `once` is there once,
and what a voucher moves sums to zero.
"""
