"""The reference data set: made up, the same for everybody, and as the models and their constraints want it."""
