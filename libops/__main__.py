"""``python -m libops``, the same program as ``libops``."""

from libops.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
