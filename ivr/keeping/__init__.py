"""Where the books of all groups are kept: in files of this machine, or in a database for several machines.

Nobody outside asks which it is, but for what is about files or the database itself.
"""
