"""One ID: accounts, ways to sign in, an OpenID provider, roles, entitlements and consents."""
