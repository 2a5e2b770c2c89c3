"""What a worksheet can hold, by Excel's own limits."""

# https://support.microsoft.com/office "Excel specifications and limits"
MOST_ROWS, MOST_COLS = 1_048_576, 16_384
LONGEST_FORMULA, LONGEST_TITLE = 8_192, 31
