"""The report as PDF and DOCX, both made from its Markdown."""
