"""Reminders never get lost: real PostgreSQL, real Redis, real workers and beats, a real mail server.

Nothing in the product knows of these tests: a process is stopped where the database, the broker or the mail
server makes it wait (`barrages.py`, `ateliers.py`), then killed with SIGKILL.
"""
