"""The whole service under faults, seen from outside: `make chaos`.

nginx, gunicorn, worker and beat as in production, on a PostgreSQL and a Redis that are stopped, killed,
frozen, emptied, on disks that fill up, under a clock that steps. People work meanwhile through the forms;
each keeps on the disk what the service acknowledged. No process of the application is ever restarted.
"""
