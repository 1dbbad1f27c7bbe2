"""What stops a backup or a restore; each message says what, and how to go on."""


class SauvegardeImpossible(Exception):
    """The dump was not made, or the base was left as it was."""


class ArchiveInvalide(SauvegardeImpossible):
    """Corrupted, truncated, encrypted for someone else, or not an archive of ours."""
