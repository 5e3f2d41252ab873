"""A local identity provider: a small site of its own that stands in for Google, Microsoft and Facebook.

Google and Microsoft are played by allauth's OpenID Connect server, Facebook by three views. Whoever
signs in says who they are and what shall go wrong. It is for tests and for `portal.py demo-providers`:
it asks nobody for a password, so it must never stand beside a portal with real people.
"""
