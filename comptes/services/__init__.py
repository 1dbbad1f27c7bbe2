"""One function per gesture on an account, one module per object."""
