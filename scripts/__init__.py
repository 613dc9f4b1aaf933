"""Tools of the project: the message catalogue and the first form of the letter templates."""
