"""What grading a class leaves behind: tables, report, results for programs, .zip files of workbooks."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.pseudonyms import forget_names
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.classroom.results.canvas import canvas_gradebook
from mlp2xlsx.classroom.results.course import Earlier, course_table
from mlp2xlsx.classroom.results.gradebook import gradebook, moodle_worksheet
from mlp2xlsx.classroom.results.machine import gradescope, results
from mlp2xlsx.classroom.results.report import report
from mlp2xlsx.classroom.results.returning import write_feedback_zips
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.statistics import statistics_of
from mlp2xlsx.output import make_folders, replacing, write_file


def write_results(
    home: ClassFolder,
    out: Path,
    records: Records,
    standings: Sequence[Standing],
    notices: Sequence[Notice],
    *,
    earlier: Sequence[Earlier],
    places: Mapping[str, str],
    column: str,
    for_gradescope: bool,
    force: bool,
) -> None:
    """Write everything.

    Where students have pseudonyms, what platforms read goes into the folder of the key: it says who is who.

    Parameters
    ----------
    home, records, standings, notices
        The class, what became of it, and what a teacher should know.
    out
        The table of grades that was asked for, with all steps.
    earlier
        The assignments that the class had before.
    places
        Where what was marked came from, by what its marked workbook is called.
    column
        The assignment of Canvas; empty where there is none.
    for_gradescope
        Whether there is a file for each student as well.
    force
        Whether an existing table may be replaced.
    """
    if records.assignment.pseudonyms:
        forget_names(home, records)
    for_platforms = home.key if records.assignment.pseudonyms else home.path
    figures = statistics_of(standings)
    # One after the other: of a large class each is large.
    files: dict[Path, Callable[[], bytes | None]] = {
        for_platforms / "grading-worksheet.csv": lambda: moodle_worksheet(records, standings),
        for_platforms / "canvas.csv": lambda: (
            canvas_gradebook(records, column, standings) if column else None
        ),
        home.path / "course.csv": lambda: course_table(earlier, records, standings) if earlier else None,
    }
    for path, make in files.items():
        content = make()
        if content is None:
            path.unlink(missing_ok=True)  # of an earlier time
        else:
            write_file(path, content)
    _write_pieces(home.report, report(records, standings, notices, figures))
    _write_pieces(home.results, results(records, standings, notices, figures))
    if for_gradescope:
        _write_gradescope(home, records, standings)
    marked = [
        (places[one.file], home.feedback / f"{one.file}.xlsx") for one in standings if one.mark is not None
    ]
    write_feedback_zips(for_platforms, marked)
    write_file(out, gradebook(records, standings), force=force)


def _write_pieces(path: Path, pieces: Iterable[str]) -> None:
    with replacing(path, force=True) as stream:
        for piece in pieces:
            stream.write(piece.encode())


def _write_gradescope(home: ClassFolder, records: Records, standings: Sequence[Standing]) -> None:
    folder = home.path / "gradescope"
    make_folders(folder)
    for one in standings:
        if one.counts:
            content = gradescope(records, one)
            write_file(folder / f"{one.file}.json", json.dumps(content, ensure_ascii=False).encode())
