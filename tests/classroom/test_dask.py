"""Grading on Dask, which is an executor among others."""

import shutil

import pytest
from distributed import Client

from mlp2xlsx.classroom.grading import grade


@pytest.fixture
def client():
    with Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None) as client:
        yield client


def test_dask_finds_what_one_process_finds(graded, client, tmp_path):
    copy = shutil.copytree(graded.home.path, tmp_path / "class")
    shutil.rmtree(copy / "key" / "marks")
    with client.get_executor() as executor:
        again = grade(copy, graded.submissions, tmp_path / "grades.csv", executor=executor)
    assert again.marks == graded.grades.marks
    assert sorted(again.notices) == sorted(graded.grades.notices)
    assert (tmp_path / "grades.csv").read_bytes() == graded.out.read_bytes()
