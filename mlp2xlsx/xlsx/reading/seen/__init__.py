"""What a workbook's file shows besides numbers: looks, rules, charts, links, the states of sheets."""
