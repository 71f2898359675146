"""What the program can do, without printing: used by the command line, the MCP server and the library."""
