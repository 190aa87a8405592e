"""The language linter that gates publication: words agree with numbers, and numbers with the data.

    text, data --read--> passages of sentences, each with its statements and what it was when published
      --rules--> Faults (line, rule, found, message, remedy)

`RULES` names the rules; `lint` holds a text to them, `check_file` a file.
"""

from forecast.report.lint.check import check_file, lint
from forecast.report.lint.fault import RULES, Fault, as_document, as_text

__all__ = ["RULES", "Fault", "as_document", "as_text", "check_file", "lint"]
