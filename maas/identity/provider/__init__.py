"""Our OpenID provider: operators' and shops' apps sign riders in with the one ID, machines get scoped tokens.

Written on joserfc and not on Authlib's server: see `docs/identity.md`.
"""
