"""A password hasher for tests that make many people."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPasswordHasher(PBKDF2PasswordHasher):
    """PBKDF2 with a single round, hence without any strength; a real server understands its hashes."""

    algorithm = "pbkdf2_sha256"
    iterations = 1
