"""What is typed on the command line, as a lesson file would hold it."""

import argparse
import csv


def whole_number(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'found "{text}", expected a whole number') from None


def whole_numbers(text: str) -> list[int]:
    """Read whole numbers with commas between them."""
    return [whole_number(part) for part in text.split(",")]


def decimal(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'found "{text}", expected a number') from None


def batch_size(text: str) -> int | str:
    """Read a number of samples; what else there may be is the lesson's to say."""
    try:
        return int(text)
    except ValueError:
        return text


def share_or_path(text: str) -> float | str:
    """Read a share; anything else is the path of a file."""
    try:
        return float(text)
    except ValueError:
        return text


def columns(text: str) -> list[str]:
    """Read names of columns, in quotes where they have a comma."""
    try:
        return [name.strip() for name in next(csv.reader([text], skipinitialspace=True), [])]
    except csv.Error as error:
        raise argparse.ArgumentTypeError(f'found "{text}", expected names of columns ({error})') from None
