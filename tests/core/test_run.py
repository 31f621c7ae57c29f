"""run.py: what it asks for, what it remembers, and what it says; nothing here is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import run


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Lay out a project folder that holds the requirements files and nothing else."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run, "MARKER", tmp_path / ".venv" / "theta-lab.json")
    monkeypatch.setattr(run, "REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setattr(run, "CLUSTER_REQUIREMENTS", tmp_path / "requirements-cluster.txt")
    monkeypatch.setattr(run, "DEV_REQUIREMENTS", tmp_path / "requirements-dev.txt")
    run.REQUIREMENTS.write_text("numpy\n")
    run.CLUSTER_REQUIREMENTS.write_text("-r requirements.txt\npsycopg\n")
    run.DEV_REQUIREMENTS.write_text("-r requirements-cluster.txt\npytest\n")
    return tmp_path


@pytest.fixture
def installs(project, monkeypatch):  # noqa: ARG001 - a fixture cannot be given usefixtures
    """Make environments that are a folder with a file, and list what was done to them."""
    done = []

    def make_environment(_ways):
        done.append("made")
        run.remove_environment()
        run.VENV_PYTHON.parent.mkdir(parents=True)
        run.VENV_PYTHON.touch()

    def runs(command, **_):
        done.append(Path(command[-1]).name)
        return True

    monkeypatch.setattr(run, "make_environment", make_environment)
    monkeypatch.setattr(run, "installer", lambda: ["pip", "install"])
    monkeypatch.setattr(run, "runs", runs)
    return done


@pytest.fixture
def no_streamlit(monkeypatch):
    """Let run.py not turn into the dashboard, and stay where it is."""
    monkeypatch.delenv("THETA_LAB_SWEEPS", raising=False)
    monkeypatch.setattr(run, "become", lambda _: None)
    monkeypatch.setattr(run.os, "chdir", lambda _: None)


def test_first_start_makes_the_environment_and_second_start_does_nothing(installs):
    run.set_up(run.REQUIREMENTS)
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements.txt"]


def test_start_after_test_installs_nothing(installs):
    run.set_up(run.DEV_REQUIREMENTS)
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements-dev.txt"]


def test_tests_after_start_install_on_top(installs):
    run.set_up(run.REQUIREMENTS)
    run.set_up(run.DEV_REQUIREMENTS)
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements.txt", "requirements-dev.txt"]


def test_a_changed_requirement_is_installed_into_the_environment_that_is_there(installs):
    run.set_up(run.DEV_REQUIREMENTS)
    run.REQUIREMENTS.write_text("numpy\nscipy\n")
    run.set_up(run.REQUIREMENTS)
    run.set_up(run.DEV_REQUIREMENTS)
    assert installs == ["made", "requirements-dev.txt", "requirements.txt", "requirements-dev.txt"]


@pytest.mark.usefixtures("installs")
def test_a_change_in_a_file_that_an_included_file_includes_is_noticed():
    run.set_up(run.DEV_REQUIREMENTS)
    assert run.is_installed(run.DEV_REQUIREMENTS)
    run.REQUIREMENTS.write_text("numpy\nscipy\n")
    assert not run.is_installed(run.DEV_REQUIREMENTS)


@pytest.mark.usefixtures("no_streamlit")
def test_a_dashboard_gets_the_driver_where_its_sweeps_are_in_postgresql(installs, monkeypatch):
    run.main([])
    monkeypatch.setenv("THETA_LAB_SWEEPS", "sqlite:///sweeps.sqlite3")
    run.main([])
    assert installs == ["made", "requirements.txt"]
    monkeypatch.setenv("THETA_LAB_SWEEPS", "postgresql://theta@db.example.org/sweeps")
    run.main([])
    run.main([])
    assert installs == ["made", "requirements.txt", "requirements-cluster.txt"]
    monkeypatch.delenv("THETA_LAB_SWEEPS")
    run.main([])
    assert installs[3:] == []


@pytest.mark.usefixtures("no_streamlit")
def test_what_several_machines_need_is_added_once_and_says_how_to_begin(installs, capsys):
    run.main(["cluster"])
    said = capsys.readouterr().out
    assert f"{Path('.venv', 'bin', 'python')} -m logreg_core.sweep worker --study " in said
    assert "THETA_LAB_SWEEPS" in said
    run.main(["cluster"])
    run.main([])
    assert installs == ["made", "requirements-cluster.txt"]


def test_an_interrupted_environment_is_made_anew(installs):
    run.set_up(run.REQUIREMENTS)
    run.MARKER.unlink()
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements.txt"] * 2


def test_an_environment_without_its_interpreter_is_made_anew(installs):
    run.set_up(run.REQUIREMENTS)
    run.VENV_PYTHON.unlink()
    run.VENV_PYTHON.symlink_to("/gone/python3")
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements.txt"] * 2


def test_an_environment_of_another_python_is_made_anew(installs, monkeypatch):
    run.set_up(run.REQUIREMENTS)
    monkeypatch.setattr(run, "RUNNING_PYTHON", "3.99")
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements.txt"] * 2


@pytest.mark.usefixtures("installs")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"python": 3}', "null"])
def test_a_marker_that_is_damaged_counts_as_none(content):
    run.set_up(run.REQUIREMENTS)
    run.MARKER.write_text(content)
    assert not run.is_installed(run.REQUIREMENTS)


@pytest.mark.usefixtures("installs")
def test_a_failed_install_is_one_sentence_and_leaves_no_marker(monkeypatch):
    monkeypatch.setattr(run, "runs", lambda *_, **__: False)
    with pytest.raises(SystemExit) as ended:
        run.set_up(run.REQUIREMENTS)
    assert "check the network" in ended.value.code
    assert not run.MARKER.exists()


def test_a_failed_install_on_top_leaves_what_worked(installs, monkeypatch):
    run.set_up(run.REQUIREMENTS)
    monkeypatch.setattr(run, "runs", lambda *_, **__: False)
    with pytest.raises(SystemExit):
        run.set_up(run.DEV_REQUIREMENTS)
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "requirements.txt"]


def test_where_uv_cannot_install_pip_does(installs, monkeypatch):
    uv, pip = ["/bin/uv", "install"], ["pip", "install"]
    monkeypatch.setattr(run.shutil, "which", lambda _: "/bin/uv")
    monkeypatch.setattr(run, "installer", lambda: uv if installs.count("made") == 1 else pip)
    monkeypatch.setattr(run, "runs", lambda command, **_: command[0] == "pip")
    run.set_up(run.REQUIREMENTS)
    assert installs == ["made", "made"]
    assert run.is_installed(run.REQUIREMENTS)


@pytest.mark.usefixtures("project")
def test_no_way_to_an_environment_is_one_sentence_with_the_remedy(monkeypatch):
    monkeypatch.setattr(run, "WAYS", (lambda: False,))
    with pytest.raises(SystemExit) as ended:
        run.set_up(run.REQUIREMENTS)
    assert f"apt-get install python{run.RUNNING_PYTHON}-venv" in ended.value.code
    assert not run.VENV.exists()


def test_of_two_at_once_the_second_waits_for_the_first(project):
    program = "import sys, run; from pathlib import Path\n"
    program += "with run.alone_in(Path(sys.argv[1])): print('in')"
    with run.alone_in(project):
        second = subprocess.Popen(
            [sys.executable, "-c", program, project],
            cwd=Path(run.__file__).parent,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert "waiting" in second.stdout.readline()
        assert second.poll() is None
    assert second.communicate(timeout=60)[0] == "in\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-x"],
        ["-k", "sigmoid"],
        ["tests"],
        ["tests/browser"],
        ["tests/core", "tests/browser"],
        ["tests/browser/test_draw.py::test_a_zero"],
    ],
)
def test_a_selection_that_may_hold_browser_tests_needs_the_browser(arguments):
    assert run.needs_browser(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["tests/core"],
        ["tests/core/", "-x", "-k", "sigmoid"],
        ["tests/core/test_run.py::test_a_selection", "logreg_core"],
    ],
)
def test_a_selection_of_other_tests_needs_no_browser(arguments):
    assert not run.needs_browser(arguments)


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], True),
        (["tests/core"], True),
        (["tests/core/test_octave_script.py::test_a_name"], True),
        (["tests/pages", "-x"], True),
        (["tests/pages/test_train.py", "-x"], False),
        (["tests/core/test_model.py"], False),
    ],
)
def test_octave_is_wanted_where_its_tests_may_run(arguments, needed):
    assert run.needs_octave(arguments) is needed


def test_without_octave_the_tests_go_on(monkeypatch, capsys):
    monkeypatch.setattr(run.shutil, "which", lambda _: None)
    monkeypatch.setattr(run, "is_root", lambda: False)
    run.try_to_have_octave()
    assert "are skipped" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], True),
        (["tests/core", "-x"], True),
        (["tests/core/test_sweep_workers.py::test_a_name"], True),
        (["tests/core/test_model.py"], False),
        (["tests/pages", "tests/browser"], False),
    ],
)
def test_postgresql_is_wanted_where_its_tests_may_run(arguments, needed):
    assert run.needs_postgresql(arguments) is needed


def test_without_postgresql_the_tests_go_on(monkeypatch, capsys):
    monkeypatch.setattr(run, "postgresql_programs", lambda: None)
    monkeypatch.setattr(run, "may_apt_get", lambda: False)
    run.try_to_have_postgresql()
    assert "are skipped" in capsys.readouterr().out


def test_postgresql_that_is_here_is_not_installed_again(monkeypatch, capsys):
    monkeypatch.setattr(run, "postgresql_programs", lambda: Path("/usr/lib/postgresql/17/bin"))
    monkeypatch.setattr(run, "apt_get_install", lambda *_: pytest.fail("asked for once more"))
    run.try_to_have_postgresql()
    assert capsys.readouterr().out == ""


@pytest.fixture
def lay_out(tmp_path, monkeypatch):
    """Lay out PostgreSQL's programs in folders, and put links to pg_ctl on an empty PATH."""
    monkeypatch.setattr(run, "POSTGRESQL_FOLDERS", (f"{tmp_path}/postgresql/*/bin"[1:],))
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))

    def lay(version, programs=("initdb", "pg_ctl", "postgres"), *, on_path=False):
        folder = tmp_path / "postgresql" / version / "bin"
        folder.mkdir(parents=True)
        for name in programs:
            (folder / name).touch(mode=0o755)
        if on_path:
            (path / "pg_ctl").symlink_to(folder / "pg_ctl")
        return folder

    return lay


def test_of_several_postgresqls_the_newest_is_taken(lay_out):
    lay_out("9.6")
    newest = lay_out("17")
    lay_out("15")
    assert run.postgresql_programs() == newest


def test_the_postgresql_on_the_path_goes_before_a_newer_one(lay_out):
    lay_out("17")
    chosen = lay_out("15", on_path=True)
    assert run.postgresql_programs() == chosen


def test_postgresql_without_its_server_does_not_count(lay_out):
    lay_out("17", programs=["pg_ctl", "psql"], on_path=True)
    assert run.postgresql_programs() is None


def test_what_is_not_there_does_not_start():
    assert not run.runs(["/gone/program"])
    assert run.answer(["/gone/program"], seconds=60) is None
    assert not run.starts("/gone/chromium")


def test_a_program_that_starts_but_shows_no_page_is_no_browser():
    assert not run.starts(sys.executable)


def test_a_command_that_takes_too_long_ends_with_its_children(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    child = f"(echo up; exec sleep 600) > {pipe}"
    assert run.answer(["sh", "-c", f"{child} & wait"], seconds=2) is None
    os.set_blocking(reader, True)
    with os.fdopen(reader) as said:
        assert said.read() == "up\n"  # comes to an end only when nobody holds the pipe any more


def test_a_chosen_chromium_that_does_not_start_is_said(monkeypatch):
    monkeypatch.setattr(run, "let_playwright_run", lambda: None)
    monkeypatch.setenv("CHROMIUM_PATH", "/gone/chromium")
    with pytest.raises(SystemExit, match="/gone/chromium"):
        run.chromium()


def test_where_no_chromium_can_be_had_the_sentence_names_the_remedy(monkeypatch):
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(run, "let_playwright_run", lambda: None)
    for way in ("playwrights_own", "on_path", "downloaded", "from_debian"):
        monkeypatch.setattr(run, way, lambda: None)
    with pytest.raises(SystemExit, match="apt-get install chromium"):
        run.chromium()


def test_a_word_that_run_py_does_not_know_is_said():
    command = [sys.executable, run.__file__, "tset"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "run.py knows `test`, `cluster`, `--mnist DIR` and options of `streamlit run`, "
        "but not `tset`.\n"
    )


@pytest.mark.parametrize(
    "named", [["--mnist", "files"], ["--mnist=files"]], ids=["two words", "one word"]
)
def test_the_dashboard_is_told_of_the_folder_with_mnist_wherever_it_was_named_from(
    tmp_path, monkeypatch, named
):
    monkeypatch.setenv("THETA_LAB_MNIST", "another")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(run, "set_up", lambda _: None)
    started = []
    monkeypatch.setattr(run, "become", started.extend)
    run.main(["--server.port", "9000", *named, "--server.headless", "true"])
    assert started[-4:] == ["--server.port", "9000", "--server.headless", "true"]
    assert "--mnist" not in " ".join(started)
    assert os.environ["THETA_LAB_MNIST"] == str((tmp_path / "files").resolve())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mnist", "/gone/mnist"], "`/gone/mnist` is none"),
        (["--mnist"], "none is named"),
        (["--mnist", "--server.port", "9000"], "none is named"),
    ],
    ids=["not there", "last word", "before an option"],
)
def test_a_folder_with_mnist_that_is_not_there_is_one_sentence(arguments, said):
    with pytest.raises(SystemExit, match=f"--mnist takes the folder .*{said}"):
        run.main(arguments)


def test_a_python_that_is_too_old_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(os, "get_exec_path", list)
    with pytest.raises(SystemExit, match=r"^Theta Lab needs Python 3\.11 or newer"):
        run.main([])
