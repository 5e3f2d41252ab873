"""What the portal under fault and the process that does the damage have agreed upon."""

HELD = "HELD"
"""How the name of a computer begins whose activation stops within its transaction."""
HELD_BY = "held-by"
"""The file in the data folder that then holds the id of the process."""
