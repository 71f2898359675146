"""The command line: one file per command; the only room that prints, exits or reads the environment."""
