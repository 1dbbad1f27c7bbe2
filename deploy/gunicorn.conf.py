"""Gunicorn: threads, for a service that waits on its database more than it computes."""

import os
from pathlib import Path

from gunicorn.glogging import Logger

from socle.journal_technique import UneLigneParEvenement


class Journal(Logger):
    """The first process writes as the others, which follow the settings of the service."""

    def setup(self, cfg):
        super().setup(cfg)
        for poignee in self.error_log.handlers:
            poignee.setFormatter(UneLigneParEvenement())


bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSUS", "2"))
threads = int(os.environ.get("WEB_FILS", "4"))
# Above statement_timeout (60 s): the database gives up first, and the user gets a page.
timeout = 75
graceful_timeout = 30
keepalive = 5
# A worker is replaced now and then, not all at once: whatever leaks stays small.
max_requests = 2000
max_requests_jitter = 200
# Heartbeat files in memory: a slow disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Nobody drives it by hand, and the root of its container is read-only.
control_socket_disable = True
accesslog = None  # nginx keeps the access log
logger_class = Journal
