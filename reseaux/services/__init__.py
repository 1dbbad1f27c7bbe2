"""One function per business gesture on the territory, one module per object."""
