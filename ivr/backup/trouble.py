"""What a backup, or the way back from one, can fail with."""

from store.errors import BooksError


class BackupTrouble(BooksError):
    """It could not be done; the text says why and what to do. Books and earlier backups are as they were."""
