"""Workbooks in and out: templates, exports, imports read in a fenced child process, and correction copies."""

from reports.workbook.limits import Limits
from reports.workbook.notice import Notice, NoticeCode
from reports.workbook.process import mark, read, template, write
from reports.workbook.reading import Reading, ReadRow

__all__ = ["Limits", "Notice", "NoticeCode", "ReadRow", "Reading", "mark", "read", "template", "write"]
