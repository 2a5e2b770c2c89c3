"""The sheet `Setup`, of a workbook and of a handout."""
