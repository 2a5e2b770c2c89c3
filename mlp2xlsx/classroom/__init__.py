"""A class: handouts for every student, and grades for what comes back."""
