"""`python -m bot` is `cscc`."""

from bot.cli import main

if __name__ == "__main__":
    main()
