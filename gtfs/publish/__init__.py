"""What a feed is as something published: its files as they came, its facts, and what changed for whom."""
