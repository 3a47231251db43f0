"""`python -m entrypoints.cli` is `quoth`."""

from entrypoints.cli import main

if __name__ == "__main__":
    main()
