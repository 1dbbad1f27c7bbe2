"""A real OpenID provider (django-oauth-toolkit), in a process of its own, that the tests sign in with."""
