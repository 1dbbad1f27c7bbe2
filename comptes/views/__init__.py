"""Signing in and out, and the pages of one's own account."""
