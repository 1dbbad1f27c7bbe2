"""The environment of the process, where a secret may stand in a file: NAME_FILE gives its path."""

import environ
from environ.fileaware_mapping import FileAwareMapping


class VariablesOuFichiers(FileAwareMapping):
    """An editor ends a file with a line feed; it is no part of the secret."""

    def __getitem__(self, key: str) -> str:
        return str(super().__getitem__(key)).rstrip("\n")


class Environnement(environ.Env):
    ENVIRON = VariablesOuFichiers()
