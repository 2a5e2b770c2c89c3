"""The sample class of Canvas, from its gradebook to the one that Canvas takes back, by the commands of the page."""

import shutil
import zipfile
from pathlib import Path

import pytest

from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.cli import main
from tests.classroom.filling import right_answers, submitted
from tests.classroom.results.test_canvas import Imported

SAMPLES = Path(__file__).parents[2] / "docs" / "sample-class-canvas"


def handed_in(exercises):
    """What Canvas packs: one right, one right and late, one with a slip and a bonus missed, nothing of the last."""
    ada, emmy, lei, _ = exercises
    slip = dict(right_answers(lei))
    slip["hidden_layer_input"] = slip["hidden_layer_input"].copy()
    slip["hidden_layer_input"][0, 0] += 0.25
    slip.pop("E")
    return {
        "byronada_101_5001_homework.xlsx": submitted(ada, right_answers(ada)),
        "noetheremmy_LATE_102_5002_homework.xlsx": submitted(emmy, right_answers(emmy)),
        "lilei_103_5003_homework-1.xlsx": submitted(lei, slip),
    }


def test_from_the_gradebook_to_the_gradebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    roster = ["--roster", str(SAMPLES / "gradebook.csv")]
    assert main(["handout", "canvas-class", *roster, "--blank", "3-6", "--seed", "7", "--jobs", "1"]) == 0
    for name in ("class.toml", "overrides.csv"):
        shutil.copy(SAMPLES / name, tmp_path / "canvas-class")
    exercises = list(load_records(ClassFolder(tmp_path / "canvas-class")).exercises())
    with zipfile.ZipFile("submissions.zip", "w") as archive:
        for name, content in handed_in(exercises).items():
            archive.writestr(name, content)
    capsys.readouterr()
    assert (
        main(["grade", "canvas-class", "submissions.zip", "--out", "canvas-grades.csv", "--jobs", "1"]) == 0
    )
    assert "canvas-grades.csv: 4 of 4 students graded" in capsys.readouterr().out
    found = Imported(Path("canvas-class/canvas.csv").read_bytes())
    assert found.new == []
    assert found.points == {98765: 20}
    slip = 20 / 4 * (2 * 8 / 9 + 1 + 1)  # step 3 counts double and 8 of its 9 cells, step 6 is not asked for
    assert {who: float(grade) for (_, who), grade in found.grades.items()} == {
        101: 25,  # with the bonus
        102: 22.5,  # a day late
        103: pytest.approx(slip, abs=0.05),
        104: 12,
    }
    with zipfile.ZipFile("canvas-class/feedback-canvas.zip") as archive:
        assert sorted(archive.namelist()) == sorted(handed_in(exercises))
