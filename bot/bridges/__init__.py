"""Where the other two halves meet the bot: as facts, feeds and ports."""
