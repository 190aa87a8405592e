"""Reports: results to Markdown, HTML, JSON and figures; no sampling, no reading of inputs.

forecast.report.write(material, Path("reports") / forecast.report.folder_name(material))
"""

from __future__ import annotations

from forecast.report.formats import FORMATS, check_formats
from forecast.report.write import folder_name, write

__all__ = ["FORMATS", "check_formats", "folder_name", "write"]
