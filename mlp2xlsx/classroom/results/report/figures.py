"""The parts of the report with figures: the spread of the totals, the steps, and the cells."""

from collections.abc import Iterator, Mapping
from html import escape

from mlp2xlsx.classroom.results.report.html import NONE, bar, correlation, header, row
from mlp2xlsx.classroom.results.statistics import ItemFigures, Statistics

_MOST_MISTAKES = 3
_MOST_ROWS = 12  # of a matrix; those of the others are in `results.json`
_SIGNS = ", "


def distribution(figures: Statistics, points: float, words: Mapping[str, str]) -> Iterator[str]:
    """Yield how many students have how many points."""
    most = max(figures.bins) or 1
    yield f"<h2>{escape(words['distribution'])}</h2>"
    said = words["middle"].format(median=f"{figures.median:.2f}", mean=f"{figures.mean:.2f}")
    yield f"<p>{escape(said)}</p>"
    yield f"<table>{header(words['points'], words['how_many'])}"
    width = points / len(figures.bins)
    for number, count in enumerate(figures.bins):
        yield row(f"{number * width:g}–{(number + 1) * width:g}", f"{count} {bar(count / most)}")
    yield "</table>"


def steps(
    figures: Statistics, sheets: Mapping[int, str], words: Mapping[str, str], sentences: Mapping[str, str]
) -> Iterator[str]:
    """Yield how each step went, and what went wrong most often, and in whose hands."""
    yield f"<h2>{escape(words['steps'])}</h2>"
    yield f"<p>{escape(words['item'])}</p>"
    yield f"<table>{header(words['step'], words['mean'], words['discrimination'], words['mistakes'])}"
    for number, title in sheets.items():
        item = figures.steps.get(number, ItemFigures(0.0, None))
        common = [
            f"<details><summary>{escape(words['times'].format(count=len(who)))} {escape(sentences[key])}"
            f"</summary>{escape(_SIGNS.join(who))}</details>"
            for key, who in figures.mistakes.get(number, [])[:_MOST_MISTAKES]
        ]
        mean = f"{item.mean:.2f} {bar(item.mean)}"
        yield row(escape(title), mean, correlation(item.discrimination), "".join(common) or NONE)
    yield "</table>"


def cells(figures: Statistics, words: Mapping[str, str]) -> Iterator[str]:
    """Yield how each cell went, each matrix as it stands on its sheet."""
    if not figures.cells:
        return
    yield f"<h2>{escape(words['cells'])}</h2>"
    yield f"<p>{escape(words['cell'])}</p>"
    for name, rows in figures.cells.items():
        yield f'<h3>{escape(name)}</h3><div class="wide"><table>'
        for line in rows[:_MOST_ROWS]:
            yield row(
                *(f"{item.mean:.2f} <small>{correlation(item.discrimination)}</small>" for item in line)
            )
        if len(rows) > _MOST_ROWS:
            yield row(escape(words["more_rows"].format(count=len(rows) - _MOST_ROWS)))
        yield "</table></div>"
