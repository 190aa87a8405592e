"""Sources for a reader: one line each, a card each, and what each says of every driver; no arithmetic."""
