"""The report as one self-contained page: nothing loaded, and nothing lost where no script runs."""

from forecast.report.html.page import page

__all__ = ["page"]
