"""How close a statement came, one file per element: what it requires, what the request had, what to look at."""
