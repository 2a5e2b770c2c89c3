"""What is handed in: found, opened, and sorted by whose it is."""

from mlp2xlsx.classroom.submissions.contents import Payload, Submission, Unreadable, content_of
from mlp2xlsx.classroom.submissions.search import find_submissions

__all__ = ["Payload", "Submission", "Unreadable", "content_of", "find_submissions"]
