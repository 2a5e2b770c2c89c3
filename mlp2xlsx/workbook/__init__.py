"""The workbook: where each matrix goes, one module per kind of sheet, and the writer."""
