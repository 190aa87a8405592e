"""How far two coders of the same cells agree."""
