"""Judge a feed: every rule of the specification, nothing masked, exact totals with a few samples.

`judge(path)` reads and judges a file, `validate(feed)` a feed that is in memory already; both return a
`Report`, which `gtfs.validate.report` turns into JSON, text (Japanese or English) or a page.
"""

from gtfs.validate.notice import Kind, Notice, Report, Sample, Words
from gtfs.validate.runner import Profile, judge, validate

__all__ = ["Kind", "Notice", "Profile", "Report", "Sample", "Words", "judge", "validate"]
