"""The sheet `Data`, and the names of columns and classes wherever they are shown."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from openpyxl.utils import get_column_letter

from mlp2xlsx import build, load, override, parse, train, verify
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.column_names import name_lines, name_width
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH
from mlp2xlsx.workbook.layout.places import TRAINING_FIRST_ROW
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.writing.sheet import PRINTED_ROWS
from tests.cases import FEW_OF_IRIS, GNUMERIC, LIBREOFFICE, few, few_values, shipped
from tests.workbook.opened import Reopened, found_otherwise
from tests.workbook.test_sheets import named, text
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

ROWS = ["4.1,120,red", "5.3,80,blue", "3.9,100,green", "6.2,90,red", "5.5,111,blue", "4.4,130,red"]
CSV = "sepal length,weight in grams,kind of flower\n" + "\n".join(ROWS) + "\n"
SOFTMAX = '[network]\nhidden = [3]\noutput = "softmax"\nloss = "cross_entropy"\n'
TWO = 'classes = ["no", "=1+1"]\n'


def lesson(scale="zscore", rest=SOFTMAX, training="", data='target = "kind of flower"', csv=CSV, folder=None):
    (folder / "data.csv").write_text(csv, encoding="utf-8")
    toml = (
        f'[data]\ncsv = "data.csv"\n{data}\nscale = "{scale}"\n{rest}\n[training]\niterations = 4\n{training}'
    )
    return parse(toml, "my.toml", "my", folder)


def opened(one):
    return Reopened(make(train(one))).read("Setup", "Data", "Step 01", "Loss")


@pytest.fixture(scope="module")
def zscore(tmp_path_factory):
    return opened(lesson(folder=tmp_path_factory.mktemp("zscore")))


@pytest.fixture(scope="module")
def minmax(tmp_path_factory):
    return opened(lesson("minmax", folder=tmp_path_factory.mktemp("minmax")))


@pytest.fixture(scope="module")
def unscaled(tmp_path_factory):
    return opened(lesson("none", folder=tmp_path_factory.mktemp("unscaled")))


def column(sheet, col):
    return [cell.value for cell in sheet[col]]


def test_the_data_have_a_sheet_after_setup(zscore, unscaled):
    assert zscore.sheetnames[:3] == ["Setup", "Data", "Step 01"]
    assert "Data" not in unscaled.sheetnames


def test_the_names_stand_on_data(zscore, unscaled):
    places = {name: found.attr_text for name, found in zscore.defined_names.items()}
    assert places["X_raw"] == "Data!$B$12:$C$17"
    assert places["X"] == "Data!$E$12:$F$17"
    assert places["y"] == "Data!$H$12:$J$17"
    assert places["lr"].startswith("Setup!")
    assert unscaled.defined_names["X"].attr_text.startswith("Setup!")
    assert "X_raw" not in unscaled.defined_names


def test_zscore_formulas(zscore):
    data = zscore["Data"]
    assert [data[f"A{row}"].value for row in (9, 10)] == ["mean", "standard deviation"]
    assert text(data["B9"]) == "=AVERAGE(B12:B17)"
    assert text(data["C10"]) == "=SQRT(SUMPRODUCT((C12:C17-C9)^2)/COUNT(C12:C17))"
    assert text(data["E12"]) == "=(B12-B$9)/B$10"
    assert text(data["F17"]) == "=(C17-C$9)/C$10"


def test_minmax_formulas(minmax):
    data = minmax["Data"]
    assert [data[f"A{row}"].value for row in (9, 10)] == ["smallest", "largest"]
    assert [text(data["B9"]), text(data["C10"])] == ["=MIN(B12:B17)", "=MAX(C12:C17)"]
    assert text(data["F13"]) == "=(C13-C$9)/(C$10-C$9)"


def test_raw_numbers_are_blue_and_scaled_ones_are_not(zscore):
    data = zscore["Data"]
    assert {named(zscore, name)[0][0].fill.fgColor.rgb for name in ("X_raw", "y")} == {"FFEAF1FB"}
    assert named(zscore, "X")[0][0].fill.fill_type is None
    assert data["B12"].value == 4.1
    assert data["B12"].number_format == "General"
    assert data["E12"].number_format == "0.000"
    assert {str(rule.sqref) for rule in data.data_validations.dataValidation} == {"B12:C17", "H12:J17"}


def test_columns_and_classes_are_named(zscore, unscaled):
    data = zscore["Data"]
    for first in ("B", "E"):
        assert [cell.value for cell in data[first][5:8]] == [data[f"{first}6"].value, "sepal", "length"]
    assert [data[f"C{row}"].value for row in (6, 7, 8)] == [None, "weight", "in grams"]
    assert [data[f"{col}8"].value for col in "HIJ"] == ["blue", "green", "red"]
    assert data["H6"].value == "y (6×3)  kind of flower"
    assert data["A4"].value.startswith("y has one column per class")
    setup = unscaled["Setup"]
    y = named(unscaled, "y")[0]
    assert [setup.cell(cell.row - 1, cell.column).value for cell in y] == ["blue", "green", "red"]
    x = named(unscaled, "X")[0][0]
    assert [setup.cell(x.row - back, x.column).value for back in (3, 2, 1)] == ["X (6×2)", "sepal", "length"]


def test_all_columns_of_few_inputs_and_classes_are_on_a_small_screen():
    book = make(train(shipped(FEW_OF_IRIS).replace(iterations=2)))
    dimensions, last = book.sheets["Data"].ws.column_dimensions, book.context.data.boxes["y"].last_col
    assert sum(dimensions[get_column_letter(col)].width for col in range(1, last + 1)) <= SCREEN_WIDTH


def test_setup_links_to_data(zscore):
    links = {cell.hyperlink.location for row in zscore["Setup"].iter_rows() for cell in row if cell.hyperlink}
    assert "Data!A1" in links
    assert any(text(cell).startswith("=Data!E1") for cell in zscore["Step 01"]["B"] if cell.value)
    assert "the ranges named X and y on Data" in column(zscore["Step 01"], "B")


def test_two_classes_in_one_column(tmp_path):
    one = lesson(
        rest="", data=f'target = "kind of flower"\n{TWO}', folder=tmp_path,
        csv=CSV.replace("blue", "no").replace("red", "=1+1").replace("green", "no"),
    )  # fmt: skip
    book = opened(one)
    data = book["Data"]
    assert data["A4"].value == "y is 1 for =1+1 and 0 for no."
    assert (data["H8"].value, data["H8"].data_type) == ("=1+1", "s")
    assert [cell.value for (cell,) in named(book, "y")] == [1, 0, 0, 1, 0, 1]


def test_the_outputs_of_classes_are_named_on_loss(zscore):
    loss = zscore["Loss"]
    headings = ["iteration", "loss", "sample 2, blue", "sample 3, green", "sample 1, red", "accuracy"]
    assert [cell.value for cell in loss[4]][:6] == headings
    assert text(loss["C5"]) == "=Data!H13"
    titles = [series.tx.strRef or series.tx.v for series in loss._charts[1].series]
    assert titles[:2] == ["sample 2, blue", "target of sample 2"]


def test_numbers_as_targets_are_named(tmp_path):
    one = lesson(data='target = ["weight in grams", "kind"]', rest='[network]\noutput = "linear"',
                 csv="a,weight in grams,kind\n1,2,3\n3,4,5\n0,1,7\n", folder=tmp_path)  # fmt: skip
    data = opened(one)["Data"]
    assert [data[f"F{row}"].value for row in (6, 7, 8)] == ["y (3×2)", "weight", "in grams"]
    assert data["G8"].value == "kind"
    assert data["A4"].value is None


def test_a_target_that_a_person_changes_leaves_the_columns_of_loss_alone(tmp_path):
    """The first sample of each class is that of the lesson: else the same file would have to look different."""
    one = lesson(folder=tmp_path)
    recorded = train(one)
    current = train(one.replace(y=one.y[::-1]))
    sheet = make(current, recorded=recorded).sheets["Loss"].ws
    assert [cell.value for cell in sheet[4]][2:5] == ["sample 2, blue", "sample 3, green", "sample 1, red"]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("a", ["a"]),
        ("sepal length", ["sepal", "length"]),
        ("versicolor", ["versicolor"]),
        ("a very long name that goes on", ["a very", "long", "name…"]),
        ("x" * 40, ["x" * 14, "x" * 14, "x" * 12]),
        ("x" * 60, ["x" * 14, "x" * 14, "x" * 13 + "…"]),
        ("身高体重年龄性别", ["身高体重年龄性", "别"]),
    ],
)
def test_long_names_are_broken_and_shortened(name, lines):
    assert name_lines(name) == lines
    assert 8.5 <= name_width(name) <= 17


def feet(sheets):
    """What is said at the foot of the sheets that are printed in part, by title."""
    said = {title: sheet.ws.oddFooter.center.text.partition(" · ")[2] for title, sheet in sheets.items()}
    return {title: text for title, text in said.items() if text}


def test_of_many_samples_the_first_ones_are_printed():
    """With the head, in letters that can be read; what is left out is said at the foot."""
    book = make(train(override(load("iris"), iterations=1)))
    sheets = book.sheets
    for sheet, pages in (("Data", 0), ("Setup", 0), ("Step 01", 1), ("Step 12", 1)):
        setup = sheets[sheet].ws.page_setup
        assert (setup.orientation, setup.fitToWidth, setup.fitToHeight) == ("landscape", 1, pages)
    assert sheets["Step 12"].ws.print_area == f"'Step 12'!$A$1:$T${PRINTED_ROWS}"
    training = book.context.training
    last = a1(TRAINING_FIRST_ROW + PRINTED_ROWS - 1, training.last_col, fixed=True)
    assert training.copies["lr"].col > training.last_col  # repeated inputs are not printed
    assert sheets["Training"].ws.print_area == f"'Training'!$A$1:{last}"
    said = feet(sheets)
    assert set(said) == {*book.context.step_titles, "Training", "Python"}
    assert said["Step 12"] == f"A1:T{PRINTED_ROWS} only, not the whole sheet"


@pytest.mark.parametrize(
    ("iterations", "left_out"), [(2, {"Python"}), (100, {"Training", "Loss", "Python"})], ids=["few", "many"]
)
def test_nothing_is_said_where_nothing_is_left_out(iterations, left_out):
    book = make(train(override(load("and-or"), iterations=iterations)))
    assert set(feet(book.sheets)) == left_out


@pytest.mark.parametrize("name", ["article", FEW_OF_IRIS])
def test_no_rows_are_repeated_on_paper(name):
    """LibreOffice would draw the pages of a new document through every sheet."""
    sheets = make(train(override(shipped(name), iterations=1))).sheets.values()
    assert {(sheet.ws.print_title_rows, sheet.ws.print_title_cols) for sheet in sheets} == {(None, None)}


# Recalculated

NETWORKS = {
    "softmax": {},
    "batch": {"training": "batch = 2\nshuffle = true"},
    "one-column": {"rest": "", "data": 'target = "kind of flower"\nfeatures = ["weight in grams"]\nclasses = ["red", "blue"]',
                   "csv": CSV.replace("green", "blue")},
}  # fmt: skip


@pytest.mark.parametrize(
    ("network", "scale"),
    few(
        "batch-minmax",
        of=[
            pytest.param(*pair, id="-".join(pair)) for pair in product(NETWORKS, ["minmax", "zscore", "none"])
        ],
    ),
)
def test_verified(tmp_path, scale, network):
    path = tmp_path / "out.xlsx"
    build(lesson(scale, folder=tmp_path, **NETWORKS[network]), path)
    report = verify(path, quick=(network, scale) != ("softmax", "zscore"))
    assert report.ok, list(report.lines())
    changed = {name for run in report.checked[0].runs for name in run.changed}
    assert changed & {"X", "X_raw"} == {"X" if scale == "none" else "X_raw"}


@pytest.mark.parametrize(
    "engine",
    few(
        "gnumeric",
        of=[
            LIBREOFFICE,
            GNUMERIC,
        ],
    ),
)
@pytest.mark.parametrize("scale", few("zscore", of=["minmax", "zscore"]))
@pytest.mark.slow
def test_verified_by_others(tmp_path, engine, scale):
    path = tmp_path / "out.xlsx"
    build(lesson(scale, folder=tmp_path), path)
    report = verify(path, engine, quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())


def test_means_that_are_large_are_no_trouble(tmp_path):
    """Years, for example: an engine that subtracted squares would be off."""
    years = "\n".join(f"{2000 + k % 7},{1013.25 + k / 8},{'ab'[k % 2]}" for k in range(8))
    path = tmp_path / "out.xlsx"
    one = lesson(csv=f"year,pressure,kind\n{years}\n", data='target = "kind"', folder=tmp_path)
    assert found_otherwise(build(one, path).path, make(train(one))) == []


SPOILT = {
    "a number": ("E13", None),
    "the next column": ("E13", "(C13-B$9)/B$10"),
    "another row": ("E13", "(B12-B$9)/B$10"),
    "the mean of another": ("F14", "(C14-B$9)/C$10"),
    "no division": ("F14", "(C14-C$9)"),
    "a sample left out": ("B9", "AVERAGE(B12:B16)"),
    "the median": ("B9", "MEDIAN(B12:B17)"),
    "one sample less": ("C10", "SQRT(SUM((C12:C17-C9)^2)/(COUNT(C12:C17)-1))"),
    "another deviation": ("C10", "SQRT(SUM((C12:C17-B9)^2)/COUNT(C12:C17))"),
}


@pytest.fixture(scope="module")
def scaled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scaled")
    build(lesson(folder=folder), folder / "scaled.xlsx")
    return Package.read(folder / "scaled.xlsx")


@pytest.fixture(scope="module")
def changed(scaled, tmp_path_factory):
    """Another number in the second sample: what is typed, and what is to follow from it."""
    one = lesson(folder=tmp_path_factory.mktemp("changed"))
    X_raw = one.X_raw.copy()
    X_raw[1, 0] = 7.5
    title, box = scaled.names["X_raw"]
    return {(title, box.row + 1, box.col): 7.5}, make(train(one.replace(X_raw=X_raw)), recorded=train(one))


@pytest.mark.parametrize(
    ("cell", "formula"),
    few_values("a number", "a sample left out", of=SPOILT),
)
def test_a_spoilt_formula_is_found(scaled, changed, tmp_path, cell, formula):
    package = scaled.copy()
    spoilt = package.cell("Data", cell)
    if formula is None:
        spoilt.value(float(spoilt.cached))
    else:
        spoilt.formula(formula)
    edits, expected = changed
    found = found_otherwise(package.save(tmp_path / "spoilt.xlsx"), expected, edits=edits)
    assert f"Data!{cell}" in found


def test_of_a_formula_that_is_not_spoilt_nothing_is_found(scaled, changed, tmp_path):
    edits, expected = changed
    assert found_otherwise(scaled.copy().save(tmp_path / "right.xlsx"), expected, edits=edits) == []


def test_raw_numbers_that_a_person_changes_are_followed(scaled, tmp_path):
    package = scaled.copy()
    package.at("X_raw", 2, 1).value(55.5)
    package.at("y", 2, 1).value(0.5)
    assert verify(package.save(tmp_path / "changed.xlsx"), quick=True, arithmetic_only=True).ok


def test_a_column_that_a_person_makes_constant(scaled, tmp_path):
    path, package = tmp_path / "changed.xlsx", scaled.copy()
    for i in range(6):
        package.at("X_raw", i, 0).value(5)
    with pytest.raises(WorkbookError) as caught:
        verify(package.save(path))
    assert str(caught.value) == (
        f'{path}: data.scale: column "sepal length" is 5 in every sample, which cannot be scaled; '
        "leave the column out of the features"
    )


def test_a_workbook_cannot_have_a_file_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text(CSV, encoding="utf-8")
    build(lesson("none", folder=tmp_path), "out.xlsx")
    package = Package.read(Path("out.xlsx"))
    _, box = package.names["lesson"]
    for i in range(box.n_rows):
        package.at("lesson", i).value("# nothing")
    package.at("lesson").value('[data]\ncsv = "data.csv"\ntarget = "kind of flower"')
    with pytest.raises(WorkbookError, match=r"data\.csv: only a lesson in a file can name another file"):
        verify(package.save(Path("out.xlsx")))


def test_iris_learns(tmp_path):
    iris = load("iris")
    trace = train(iris)
    right = trace["output"][-1].argmax(axis=1) == iris.y.argmax(axis=1)
    assert right.mean() > 0.97
    assert (np.diff(trace.loss) < 0).all()
