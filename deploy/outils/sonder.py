"""Health checks of the containers: `python deploy/outils/sonder.py web` or `temoin`. Standard library only.

`web` asks the service whether it is ready; `temoin` looks at the file that the worker and beat touch.
"""

import os
import sys
import time
import urllib.error
import urllib.request

#: Beat has something to say every thirty seconds, the worker every two.
SILENCE = 120  # seconds


def web():
    hote = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
    adresse = os.environ.get("SONDE_ADRESSE", "http://127.0.0.1:8000") + "/sante/pret"
    demande = urllib.request.Request(adresse, headers={"Host": hote})
    try:
        with urllib.request.urlopen(demande, timeout=4) as reponse:
            return reponse.status == 200
    except (OSError, urllib.error.URLError):
        return False


def temoin():
    try:
        age = time.time() - os.stat(os.environ["TEMOIN_DE_VIE"]).st_mtime  # noqa: PTH116 - nothing to import
    except OSError:
        return False
    return age < SILENCE


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "temoin": temoin}[sys.argv[1]]() else 1)
