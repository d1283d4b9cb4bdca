"""Most of these tests need the extra `files`."""

from __future__ import annotations

from gateway.attachments.reader import is_installed

collect_ignore = [] if is_installed() else ["test_formats.py", "test_journey.py", "test_picture.py", "test_reader.py"]
