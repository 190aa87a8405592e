"""Global sensitivity and attribution: what an answer's uncertainty, or a change in it, is due to."""
