"""Dask does the work: by its address on the command line, and as an executor among others."""

import shutil

import distributed
import pytest
from distributed import Client, LocalCluster

from mlp2xlsx.classroom import cluster
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.cli import main


@pytest.fixture(scope="module")
def address():
    """A scheduler with a worker of two threads, which is reached as one on another machine is."""
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, protocol="tcp://", dashboard_address=":0"
    ) as local:
        yield local.scheduler_address


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_it_finds_what_one_process_finds(graded, address, tmp_path):
    copy = shutil.copytree(graded.home.path, tmp_path / "class")
    shutil.rmtree(copy / "key" / "marks")
    with Client(address) as client, client.get_executor() as executor:
        again = grade(copy, graded.submissions, tmp_path / "grades.csv", executor=executor)
    assert again.marks == graded.grades.marks
    assert sorted(again.notices) == sorted(graded.grades.notices)
    assert (tmp_path / "grades.csv").read_bytes() == graded.out.read_bytes()


def test_both_commands_write_the_same_files(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.csv").write_text("id,name\ns1,Li Lei\ns2,李雷\n", encoding="utf-8")
    for name, who in {"here": ["--jobs", "1"], "there": ["--dask", address]}.items():
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        words = ["handout", "class", "--lesson", "and-or", "--roster", "../roster.csv", "--seed", "5"]
        assert main([*words, *who]) == 0
        assert main(["grade", "class", "class/key", "--out", "grades.csv", *who]) == 0
    here, there = (files(tmp_path / name) for name in ("here", "there"))
    assert len([name for name in here if name.endswith(".xlsx")]) == 6
    assert here == there


def refused(capsys, *words):
    assert main(["handout", "class", *words]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_nobody_answers(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "_SECONDS", 0.2)
    err = refused(capsys, "--dask", "tcp://127.0.0.1:9")
    assert err.startswith("mlp2xlsx: --dask tcp://127.0.0.1:9: no scheduler of Dask answers there (")
    assert err.endswith("; expected an address such as tcp://10.0.0.5:8786\n")
    assert not (tmp_path / "class").exists()


def test_a_worker_with_another_version(capsys, address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "_HERE", "9.9")
    err = refused(capsys, "--dask", address)
    assert err.endswith(" has another mlp2xlsx (0.1.0); expected version 9.9, as here\n")
    assert not (tmp_path / "class").exists()


def test_no_workers(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with LocalCluster(n_workers=0, processes=False, protocol="tcp://", dashboard_address=":0") as local:
        address = local.scheduler_address
        assert refused(capsys, "--dask", address) == (
            f"mlp2xlsx: --dask {address}: the scheduler has no workers; start some with dask worker\n"
        )


def test_it_is_not_installed(capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    assert "is not installed: pip install" in refused(capsys, "--dask", "tcp://127.0.0.1:9")


def test_a_lost_worker_is_one_clear_error(capsys, address, tmp_path, monkeypatch):
    def lost(*_, **__):
        raise distributed.KilledWorker("make_both", None, 3)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("mlp2xlsx.classroom.handouts.each", lost)
    assert refused(capsys, "--dask", address) == (
        f"mlp2xlsx: --dask {address}: the workers or the scheduler were lost; "
        "the same command goes on where it was\n"
    )


def test_processes_here_and_workers_elsewhere(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["handout", "class", "--jobs", "2", "--dask", "tcp://127.0.0.1:9"]) == 2
    said = "mlp2xlsx: --jobs is about processes here, --dask about others; expected one of the two\n"
    assert capsys.readouterr() == ("", said)
