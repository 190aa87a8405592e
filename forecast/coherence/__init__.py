"""Whether judgments of one source fit together, and the smallest change that makes them."""
