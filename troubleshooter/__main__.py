"""``python -m troubleshooter`` is the same program as ``troubleshooter``."""

from __future__ import annotations

from troubleshooter.cli.app import main

if __name__ == "__main__":
    main()
