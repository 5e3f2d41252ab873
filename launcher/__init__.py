"""What `portal.py` does, with the standard library alone."""
