"""What a teacher gets: a table of grades, a report, and what is worth a look."""
