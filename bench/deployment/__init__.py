"""The deployment page, rehearsed: what it says is done in an empty folder, and what comes out is checked."""
