import io
import os
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import openpyxl.worksheet._writer
import openpyxl.writer.excel
import pandas as pd
import pytest

from mlp2xlsx import build, load, override, train
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.sheets.registry import n_bands
from mlp2xlsx.xlsx.writing import writer
from mlp2xlsx.xlsx.writing.archive import timestamp
from tests.cases import GNUMERIC, LIBREOFFICE, few
from tests.workbook.opened import Reopened, found_otherwise


def saved(book: Book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def trace():
    return train(override(load("article"), iterations=12, lr=0.3))


@pytest.fixture(scope="module")
def book(trace):
    return make(trace)


@pytest.fixture(scope="module")
def data(trace):
    return saved(make(trace))


@pytest.fixture(scope="module")
def values(data):
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


@pytest.fixture(scope="module")
def formulas(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def numbers(values, name):
    """The numbers of a named range, read by openpyxl."""
    sheet, ref = values.defined_names[name].attr_text.replace("$", "").rsplit("!", 1)
    cells = values[sheet.strip("'")][ref]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    return np.array([[cell.value for cell in row] for row in rows], dtype=float)


def test_a_sheet_of_more_than_two_gib_is_written(trace, book, data, monkeypatch):
    """With small numbers in place of the limits: of the zip file's plain entries, and of ours."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 30_000)
    with pytest.raises(RuntimeError, match="force_zip64"):
        saved(book)
    monkeypatch.setattr(writer, "_MOST_CELLS_IN_A_PLAIN_ENTRY", 0)
    large = saved(make(trace))
    with zipfile.ZipFile(io.BytesIO(data)) as expected, zipfile.ZipFile(io.BytesIO(large)) as found:
        assert max(info.file_size for info in found.infolist()) > zipfile.ZIP64_LIMIT
        assert found.namelist() == expected.namelist()
        assert all(found.read(name) == expected.read(name) for name in found.namelist())


@pytest.mark.parametrize(
    "engine",
    few(
        *("ironcalc", "gnumeric"),
        of=[
            "ironcalc",
            LIBREOFFICE,
            GNUMERIC,
        ],
    ),
)
def test_engines_read_the_larger_entries(tmp_path, monkeypatch, engine):
    monkeypatch.setattr(writer, "_MOST_CELLS_IN_A_PLAIN_ENTRY", 0)
    lesson = override(load("article"), iterations=2)
    path = build(lesson, tmp_path / "large.xlsx").path
    assert found_otherwise(path, make(train(lesson)), engine) == []


def test_every_name_reads_back_bit_for_bit(values, trace):
    compared = 0
    for name in trace:
        if name in ("X", "y"):
            continue
        np.testing.assert_array_equal(numbers(values, name), trace[name][0], strict=True)
        compared += 1
    assert compared == 18
    np.testing.assert_array_equal(numbers(values, "loss_history").ravel(), trace.loss)


# What was changed besides: nothing, which openpyxl reads as none.
EMPTY_TEXT = ("Check", "A7")


def test_every_formula_cell_has_a_cached_value(formulas, values):
    live = 0
    for ws in formulas:
        for row in ws.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    live += 1
                    place = ws.title, cell.coordinate
                    assert values[ws.title][cell.coordinate].value is not None or place == EMPTY_TEXT, place
    assert live > 1000


def test_pandas_sees_the_numbers(data, trace):
    frame = pd.read_excel(io.BytesIO(data), sheet_name="Loss", header=None, engine="openpyxl")
    losses = frame.iloc[6:, 1].astype(float).to_numpy()
    np.testing.assert_array_equal(losses, trace.loss)


def test_numbers_that_openpyxl_itself_would_round(trace):
    # openpyxl's own writer turns 0.69 into 0.6899999999999999.
    awkward = trace.lesson.replace(lr=0.69, initial=trace.lesson.initial | {"bout": [[1 / 3]]})
    values = Reopened(make(train(awkward))).read("Setup", data_only=True)
    assert numbers(values, "lr")[0, 0] == 0.69
    assert numbers(values, "initial_bout")[0, 0] == 1 / 3


def test_the_same_inputs_give_the_same_bytes(trace, data):
    assert saved(make(trace)) == data


@pytest.mark.parametrize("seed", few("1", of=["1", "2"]))
def test_another_process_makes_the_same_bytes(seed, tmp_path):
    """Python hashes texts in another way in each process, and with it what stands in a set."""
    made = tmp_path / "made.xlsx"
    command = [sys.executable, "-m", "mlp2xlsx", "build", made, "--lesson", "momentum", "--iterations", "2"]
    subprocess.run([*command, "--no-verify"], check=True, env=os.environ | {"PYTHONHASHSEED": seed})
    assert made.read_bytes() == saved(make(train(override(load("momentum"), iterations=2))))


def test_source_date_epoch_is_honoured(trace, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with zipfile.ZipFile(io.BytesIO(saved(make(trace)))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        assert b"2023-11-14T22:13:20" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("text", ["", "soon", "-5", "1e9"])
def test_an_unusable_source_date_epoch_is_ignored(text, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    assert timestamp() == 315532800


def test_openpyxl_is_not_patched(book):
    before = vars(openpyxl.worksheet._writer.WorksheetWriter) | vars(openpyxl.writer.excel.ExcelWriter)
    saved(book)
    assert (
        vars(openpyxl.worksheet._writer.WorksheetWriter) | vars(openpyxl.writer.excel.ExcelWriter) == before
    )


def test_text_that_looks_like_a_formula_or_markup_stays_text(trace):
    title = '=1+1 <b> & "quoted"'
    values = Reopened(make(train(trace.lesson.replace(title=title)))).read("Setup")
    assert values["Setup"]["B1"].value == title
    assert values["Setup"]["B1"].data_type == "s"


def test_progress_counts_every_row_and_band(book):
    done = []
    book.save(io.BytesIO(), done.append)
    assert sum(done) == n_bands(book.context.lesson)


@pytest.mark.parametrize("name", few("xor", "regression", of=["xor", "regression", "sgd"]))
def test_progress_counts_the_points_of_pictures_as_well(name):
    done, lesson = [], load(name).replace(iterations=150)
    make(train(lesson)).save(io.BytesIO(), done.append)
    assert sum(done) == n_bands(lesson)


def test_an_unfinished_archive_is_not_completed(book):
    class Full(io.BytesIO):
        def write(self, data):
            if self.tell() > 20_000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    stream = Full()
    with pytest.raises(OSError, match="No space left"):
        book.save(stream)
    assert not zipfile.is_zipfile(stream)
