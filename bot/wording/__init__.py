"""Facts -> Markdown: answers, events and notices in the words of bot/locale."""
