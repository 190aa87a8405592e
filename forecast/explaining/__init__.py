"""What a number rests on: judgments, readings, counts and lines of files, ranked by how much they matter."""
