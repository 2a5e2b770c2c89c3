"""The results for other programs: `results.json` of the class, and a file per student for Gradescope."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlp2xlsx import resources
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.statistics import ItemFigures, Statistics

_FORMAT, _DECIMALS = 1, 4


def results(
    records: Records, standings: Sequence[Standing], notices: Sequence[Notice], figures: Statistics
) -> Iterator[str]:
    """Return all that the report says, for another program: JSON, piece by piece.

    Parameters
    ----------
    records
        The class.
    standings
        What became of each student.
    notices
        What a teacher should know.
    figures
        How the class did.
    """
    assignment, language = records.assignment, records.assignment.lesson.language
    found = {
        "format": _FORMAT,
        "title": assignment.lesson.words["title"],
        "assignment": assignment.number,
        "points": standings[0].terms.counting.points if standings else 0.0,
        "students": [*standings],
        "statistics": {
            "mean": _rounded(figures.mean),
            "median": _rounded(figures.median),
            "tenths": list(figures.bins),
            "steps": {str(step): _item(item) for step, item in figures.steps.items()},
            "cells": {
                name: [[_item(item) for item in row] for row in rows] for name, rows in figures.cells.items()
            },
            "mistakes": {
                str(step): [{"mistake": key, "students": list(who)} for key, who in found]
                for step, found in figures.mistakes.items()
            },
        },
        "notices": [
            {"about": one.about, "what": one.key, "text": one.text(language), "first": one.comes_first}
            for one in notices
        ],
    }
    # Of a large class all students at once would be a tenth of what is in memory.
    return json.JSONEncoder(
        ensure_ascii=False, indent=1, default=lambda one: _student(one, language)
    ).iterencode(found)


def _student(one: Standing, language: str) -> dict[str, Any]:
    mark, given = one.mark, one.terms.given
    return {
        "id": one.id,
        "name": one.name,
        "total": _rounded(one.total) if one.counts else None,
        "steps": {str(step): _known(one.score(step)) for step in one.terms.counting.weights},
        "cells": {str(step): cells for step, cells in mark.cells.items()} if mark else None,
        "mistakes": [{"step": step, "matrix": name, "mistake": key} for step, name, key in mark.mistakes]
        if mark
        else [],
        "feedback": f"feedback/{one.file}.xlsx" if mark else None,
        "days_late": one.terms.days_late,
        "copied_from": one.copied or None,
        "overridden": [
            {"step": step, "mark": override.mark, "comment": override.comment}
            for step, override in given.items()
        ],
        "why_missing": [notice.text(language) for notice in one.why] if not one.counts else [],
    }


def _item(item: ItemFigures) -> dict[str, float | None]:
    return {"mean": _rounded(item.mean), "discrimination": _known(item.discrimination)}


def _known(value: float | None) -> float | None:
    return None if value is None else _rounded(value)


def _rounded(value: float) -> float:
    return round(value, _DECIMALS)


def gradescope(records: Records, one: Standing) -> Mapping[str, Any]:
    """Return the results of one student in the form that an autograder hands to Gradescope.

    The form is that of Gradescope's "Autograder Specifications": a total, and a test for each step with its
    points, its text and who may see it.
    """
    counting, words = one.terms.counting, resources.texts(records.assignment.lesson.language)
    worth = {step: weight * counting.points / counting.asked for step, weight in counting.weights.items()}
    sheets, scores = records.sheets, one.scores
    sentences: Mapping[str, str] = words["mistakes"]
    said: dict[int, list[str]] = {}
    for step, name, key in one.mark.mistakes if one.mark else ():
        said.setdefault(step, []).append(
            words["feedback"]["commented"].format(name=name, comment=sentences[key])
        )
    return {
        "score": _rounded(one.total),
        "tests": [
            {
                "name": sheets[step],
                "score": _rounded(scores[step] * worth[step]),
                "max_score": 0.0 if step in counting.bonus else _rounded(worth[step]),
                "output": "\n".join(said.get(step, [])),
                "visibility": "visible",
            }
            for step in counting.weights
        ],
    }
