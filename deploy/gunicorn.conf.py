"""Gunicorn: threads, for a service that waits on its database more than it computes."""

import os
from pathlib import Path

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
accesslog = None  # the reverse proxy keeps the access log
