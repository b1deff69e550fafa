"""What a question asks for: its kind, its conversation, its dates, its words."""
