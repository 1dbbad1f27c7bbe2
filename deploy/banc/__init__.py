"""The bench of `make bench`: a Django app that only its own settings install."""
