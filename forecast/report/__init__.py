"""Reports: results to Markdown, HTML, JSON and figures; no sampling, no reading of inputs."""
