"""Set Theta Lab up and start it, or test it, or have it work on several machines.

    python3 run.py                    start the dashboard
    python3 run.py --mnist DIR        ... with MNIST's four files from a folder, not the internet
    python3 run.py --server.port 9000 ... with further options of `streamlit run`
    python3 run.py cluster            add what work on several machines takes, and say how to begin
    python3 run.py test               ruff, mypy and pytest, the browser tests included
    python3 run.py test tests/core -x ... with further arguments of pytest

Nothing is installed by hand, and everything into `.venv` in this folder, which may be deleted at
any time; PostgreSQL's driver comes too where THETA_LAB_SWEEPS names such a database. As root on
Debian or Ubuntu, system packages without which nothing goes (python3-venv; for the tests
libatomic1 and Chromium) are installed with apt-get. So are Octave and PostgreSQL, whose tests are
skipped where they cannot be had.

Only the standard library is used, and no syntax or name at module level that is newer than
Python 3.7: an older Python must get as far as saying that it is too old.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

OLDEST_PYTHON = (3, 11)  # what Streamlit 1.67, NumPy 2.4 and SciPy 1.17 need
KNOWN_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")
RUNNING_PYTHON = "{}.{}".format(*sys.version_info[:2])

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Written last and removed first: an environment without it was interrupted and is made anew.
MARKER = VENV / "theta-lab.json"

REQUIREMENTS = ROOT / "requirements.txt"
CLUSTER_REQUIREMENTS = ROOT / "requirements-cluster.txt"
DEV_REQUIREMENTS = ROOT / "requirements-dev.txt"

MNIST_VARIABLE = "THETA_LAB_MNIST"  # where logreg_core.mnist looks for the files
SWEEPS_VARIABLE = "THETA_LAB_SWEEPS"  # where logreg_core.sweep looks for the database

BROWSER_TESTS = (ROOT / "tests" / "browser",)
OCTAVE_TESTS = (
    ROOT / "tests" / "core" / "test_octave_script.py",
    ROOT / "tests" / "pages" / "test_lesson_in_octave.py",
)
POSTGRESQL_TESTS = (ROOT / "tests" / "core" / "test_sweep_workers.py",)
CHROMIUM_NAMES = (
    "chromium",
    "chromium-headless-shell",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM_PACKAGES = ("chromium-headless-shell", "chromium")  # the first is 140 MB smaller
POSTGRESQL_FOLDERS = (  # below /; where systems keep the server's programs off the PATH
    "usr/lib/postgresql/*/bin",  # Debian and Ubuntu
    "usr/pgsql-*/bin",  # the RPMs of postgresql.org
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)
SECONDS_TO_START = 60  # a cold Chromium on a busy machine
SECONDS_TO_DOWNLOAD = 300  # 170 MB; where a firewall swallows the request nobody answers at all


def main(arguments: list[str]) -> None:
    """Do what the command line asks for; what fails is said in one sentence."""
    if arguments[:1] in (["-h"], ["--help"]):
        say(__doc__ or "")
        return
    if sys.version_info[:2] < OLDEST_PYTHON:
        start_again_with_newer_python(arguments)
    arguments = take_mnist(arguments)
    os.chdir(ROOT)  # where Streamlit, ruff, mypy and pytest find their settings
    if arguments[:1] == ["test"]:
        test(arguments[1:])
    elif arguments == ["cluster"]:
        cluster()
    elif arguments and not arguments[0].startswith("-"):
        give_up(
            "run.py knows `test`, `cluster`, `--mnist DIR` and options of `streamlit run`, "
            f"but not `{' '.join(arguments)}`."
        )
    else:
        start(arguments)


def start(streamlit_options: list[str]) -> None:
    """Set up and start the dashboard."""
    database = os.environ.get(SWEEPS_VARIABLE, "")
    set_up(CLUSTER_REQUIREMENTS if database.startswith("postgres") else REQUIREMENTS)
    become([str(VENV_PYTHON), "-m", "streamlit", "run", "app.py", *streamlit_options])


def cluster() -> None:
    """Set up what the work on several machines takes, and say how it begins."""
    set_up(CLUSTER_REQUIREMENTS)
    python = VENV_PYTHON.relative_to(ROOT)
    say(
        "All is here. In this folder:\n"
        f"  {python} -m logreg_core.sweep worker --study NAME   works on a sweep of the database\n"
        f"    that {SWEEPS_VARIABLE} names; the sweep's page has the line with its name\n"
        f"  {python} -m dask scheduler                           and\n"
        f"  {python} -m dask worker ADDRESS                      keep data that outgrows memory\n"
        "README.md says more of both."
    )


def take_mnist(arguments: list[str]) -> list[str]:
    """Let the dashboard know of `--mnist DIR`; the other arguments."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--mnist", nargs="?", const="")
    known, others = parser.parse_known_args(arguments)
    if known.mnist is not None:
        directory = Path(known.mnist).expanduser().resolve()  # from where the caller stands
        if not known.mnist or not directory.is_dir():
            named = f"`{known.mnist}` is none" if known.mnist else "none is named"
            give_up(
                "--mnist takes the folder that holds MNIST's four files, "
                f"train-images-idx3-ubyte.gz and so on, but {named}: give its path, or leave "
                "--mnist out to have them downloaded."
            )
        os.environ[MNIST_VARIABLE] = str(directory)
    return others


def test(pytest_arguments: list[str]) -> None:
    """Set up and run the linter, the formatter, the type checker and the tests."""
    set_up(DEV_REQUIREMENTS)
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
    failed = [" ".join(check) for check in checks if not passes(check)]
    if failed:
        give_up(f"Not tested yet: first mend what {', '.join(failed)} found (see above).")
    if needs_browser(pytest_arguments):
        # Before pytest starts: a download inside a fixture looks like a test that hangs.
        os.environ["CHROMIUM_PATH"] = chromium()
    if needs_octave(pytest_arguments):
        try_to_have_octave()
    if needs_postgresql(pytest_arguments):
        try_to_have_postgresql()
    say("pytest…")
    become([str(VENV_PYTHON), "-m", "pytest", *pytest_arguments])


def may_come_to(tests: tuple[Path, ...], pytest_arguments: list[str]) -> bool:
    """Whether pytest may come to one of some paths: it does unless only others are named."""
    named = [argument.split("::")[0] for argument in pytest_arguments if argument[:1] != "-"]
    paths = [path.resolve() for path in (ROOT / name for name in named) if path.exists()]
    return not paths or any(
        path == test or path in test.parents or test in path.parents
        for path in paths
        for test in tests
    )


def passes(check: list[str]) -> bool:
    """Run one of the development tools, its output on the screen."""
    say(f"{' '.join(check)}…")
    return runs([str(VENV_PYTHON), "-m", *check], stdout=None, stderr=None)


# --- Python ---------------------------------------------------------------------------------


def start_again_with_newer_python(arguments: list[str]) -> NoReturn:
    """Hand over to a newer Python on PATH, or say that there is none."""
    for name in KNOWN_PYTHONS:
        for folder in os.get_exec_path():
            python = os.path.join(folder, name)  # noqa: PTH118 - an entry of PATH may be empty
            if is_new_enough(python):
                say(f"Python {RUNNING_PYTHON} is too old for Theta Lab; going on with {python}.")
                os.execv(python, [python, str(Path(__file__).resolve()), *arguments])
    give_up(
        f"Theta Lab needs Python 3.11 or newer, and found only Python {RUNNING_PYTHON} here: "
        "install a newer one from your system's packages or from python.org, "
        "then run `python3.11 run.py`."
    )


def is_new_enough(python: str) -> bool:
    """Whether this really is a Python that Theta Lab can use: pyenv puts empty shims on PATH."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return os.access(python, os.X_OK) and runs([python, "-c", question])


def base_python() -> str:
    """The Python outside any virtual environment: `.venv` must not be built on itself."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    name = "python.exe" if os.name == "nt" else f"bin/python{RUNNING_PYTHON}"
    base = Path(sys.base_prefix, name)
    return str(base) if base.exists() else sys.executable


# --- the environment ------------------------------------------------------------------------


def set_up(requirements: Path) -> None:
    """Make `.venv` hold what a requirements file names; instant when it already does."""
    if is_installed(requirements):
        return
    if not os.access(ROOT, os.W_OK):
        give_up(f"You may not write to {ROOT}, where .venv belongs: copy the project elsewhere.")
    with alone_in(ROOT):
        if is_installed(requirements):
            return  # by the one we waited for
        if not (is_complete() and installer()):  # what filled it, uv or a pip, may be gone
            make_environment(WAYS)
        installed = install(requirements)
        if not installed and not is_complete() and installer()[:1] == [shutil.which("uv")]:
            say("Once more without uv, which reads neither pip's settings nor its certificates:")
            make_environment(WAYS[1:])
            installed = install(requirements)
        if not installed:
            give_up(
                f"What {requirements.name} names could not be installed (see above): check the "
                "network and pip's proxy or index settings, then run this again."
            )


def is_installed(requirements: Path) -> bool:
    """Whether this requirements file, as it reads today, was the last to be installed."""
    return is_complete() and marker()[requirements.name] == fingerprint(requirements)


def is_complete() -> bool:
    """Whether `.venv` was set up to the end, by this Python, and still has its interpreter."""
    return VENV_PYTHON.exists() and marker()["python"] == RUNNING_PYTHON


def marker() -> dict[str, str]:
    """What was installed: a fingerprint for each requirements file, and the Python's version."""
    files = (REQUIREMENTS, CLUSTER_REQUIREMENTS, DEV_REQUIREMENTS)
    nothing = {"python": "", **{requirements.name: "" for requirements in files}}
    try:
        return {**nothing, **json.loads(MARKER.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError):
        return nothing


def remember(installed: dict[str, str]) -> None:
    """Write what `marker` reads."""
    MARKER.write_text(json.dumps(installed, indent=1), encoding="utf-8")


def fingerprint(requirements: Path) -> str:
    """A hash over a requirements file and those that it includes."""
    texts = [each.read_text(encoding="utf-8") for each in with_included(requirements)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def with_included(requirements: Path) -> Iterator[Path]:
    """A requirements file and those that it includes by `-r`."""
    yield requirements
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from with_included(requirements.parent / line.split()[1])


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: of two run.py at once the second one waits.

    The system frees the lock when its holder ends, even by `kill -9`, so it cannot go stale. The
    programs started meanwhile hold it too: a pip that outlives its run.py still writes to .venv.
    Windows has no such lock; there two at once are not kept apart.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    os.set_inheritable(handle, True)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run.py is setting up .venv; waiting for it…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_environment(ways: tuple[Callable[[], bool], ...]) -> None:
    """Make an empty `.venv`, in the first way that works here."""
    again = VENV.exists()
    say("The .venv here is not complete: making it anew…" if again else "Making .venv…")
    for way in ways:
        remove_environment()
        if way():
            return
    remove_environment()
    give_up(
        f"Python {RUNNING_PYTHON} cannot make a virtual environment here: install its venv module "
        f"(Debian and Ubuntu: `sudo apt-get install {venv_package()}`), then run this again."
    )


def remove_environment() -> None:
    """Remove `.venv`, be it whole or broken."""
    try:
        if VENV.is_symlink():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(VENV)
    except OSError as error:
        give_up(f"The old .venv cannot be removed ({error}): remove it yourself, then try again.")


def made_by_uv() -> bool:
    """With uv, which is the quickest."""
    uv = shutil.which("uv")
    make = ["venv", "--quiet", "--no-project", "--python", base_python(), str(VENV)]
    return uv is not None and runs([uv, *make])


def made_by_venv() -> bool:
    """As Python documents it. Debian splits off ensurepip, without which this fails."""
    return runs([base_python(), "-m", "venv", str(VENV)])


def made_for_system_pip() -> bool:
    """Without a pip of its own, for Debian's python3-pip without python3-venv."""
    made = runs([base_python(), "-m", "venv", "--without-pip", str(VENV)])
    return made and installer() != []


def made_after_apt_get() -> bool:
    """After installing what Debian splits off; of use for Debian's own Python alone."""
    if sys.base_prefix != "/usr" or not may_apt_get():
        return False
    if not apt_get_install(venv_package()):
        give_up(
            f"apt-get could not install {venv_package()}, which Theta Lab needs (see above): "
            "check the network, then run this again."
        )
    return made_by_venv()


def venv_package() -> str:
    """Debian's name for ensurepip of the running Python."""
    return f"python{RUNNING_PYTHON}-venv"


WAYS = (made_by_uv, made_by_venv, made_for_system_pip, made_after_apt_get)


def install(requirements: Path) -> bool:
    """Install a requirements file into `.venv` and remember that, or say False."""
    done = marker()
    MARKER.unlink(missing_ok=True)
    say(f"Installing what {requirements.name} names into .venv (once, about a minute)…")
    if not runs([*installer(), "-r", str(requirements)], stdout=None, stderr=None):
        if done["python"]:  # both download all before they change anything: what worked still does
            remember(done)
        return False
    done["python"] = RUNNING_PYTHON
    for each in with_included(requirements):
        done[each.name] = fingerprint(each)
    remember(done)
    return True


def installer() -> list[str]:
    """The command that installs into `.venv`: its own pip, uv, the system's pip, or none."""
    options = ["install", "--quiet", "--prefer-binary", "--disable-pip-version-check", "--no-input"]
    own_pip = [str(VENV_PYTHON), "-m", "pip"]
    if runs([*own_pip, "--version"]):
        return [*own_pip, *options]
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--python", str(VENV_PYTHON)]
    for pip in ([base_python(), "-m", "pip"], ["pip3"]):
        elsewhere = [*pip, "--python", str(VENV_PYTHON)]  # since pip 22.3
        if runs([*elsewhere, "list"]):
            return [*elsewhere, *options]
    return []


# --- Debian's packages ----------------------------------------------------------------------


def may_apt_get() -> bool:
    """Whether this is Debian or a child of it, and we are root or become it without a password."""
    return bool(shutil.which("apt-get")) and (is_root() or runs(["sudo", "-n", "true"]))


def is_root() -> bool:
    """Whether we may install system packages; never on Windows."""
    return sys.platform != "win32" and os.geteuid() == 0


def apt_get_install(*alternatives: str) -> bool:
    """Install the first of some packages that can be had."""
    if not may_apt_get():
        return False
    say(f"Installing {' or '.join(alternatives)} with apt-get…")
    sudo = [] if is_root() else ["sudo", "-n"]
    # A new machine's own updates may hold dpkg's lock just after it started: wait for them.
    patiently = ["-y", "-o", "DPkg::Lock::Timeout=120"]
    apt_get = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *patiently]
    get = [*apt_get, "install", "--no-install-recommends"]
    if any(runs([*get, package]) for package in alternatives):
        return True
    runs([*apt_get, "update"])  # a new machine has no lists, an old one has stale ones
    return any(runs([*get, package], stderr=None) for package in alternatives)


# --- Chromium -------------------------------------------------------------------------------


def needs_browser(pytest_arguments: list[str]) -> bool:
    """Whether pytest may come to tests/browser."""
    return may_come_to(BROWSER_TESTS, pytest_arguments)


def chromium() -> str:
    """The path of a Chromium that starts, fetched where there is none."""
    let_playwright_run()
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        return chosen if starts(chosen) else give_up(f"CHROMIUM_PATH={chosen} does not start.")
    found = playwrights_own() or on_path() or downloaded() or from_debian()
    return found or give_up(
        "The browser tests need Chromium, which could not be fetched: install it (Debian: "
        "`sudo apt-get install chromium`) or set CHROMIUM_PATH to yours; "
        "`python3 run.py test tests/core tests/pages` runs the other tests."
    )


def let_playwright_run() -> None:
    """See that Playwright's bundled Node has the one library that a minimal Debian lacks."""
    version = [str(VENV_PYTHON), "-m", "playwright", "--version"]
    if not runs(version) and not (apt_get_install("libatomic1") and runs(version)):
        give_up(
            "Playwright, which drives the browser tests, does not start here: install libatomic1 "
            "(Debian and Ubuntu: `sudo apt-get install libatomic1`), then run this again."
        )


def playwrights_own() -> str | None:
    """The Chromium that `playwright install` put on this machine earlier."""
    ask = """if True:
        from playwright.sync_api import sync_playwright
        with sync_playwright() as playwright:
            print(playwright.chromium.executable_path)"""
    path = answer([str(VENV_PYTHON), "-c", ask], SECONDS_TO_START)
    return path if path and starts(path) else None


def on_path() -> str | None:
    """A Chromium or Chrome of the system's. Ubuntu's may be a stub that only asks for snap."""
    paths = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((path for path in paths if path and starts(path)), None)


def downloaded() -> str | None:
    """Playwright's own, from the internet."""
    say("Downloading Chromium for the browser tests (once)…")
    # The whole Chromium is the one that executable_path names; its headless shell is not needed.
    fetch = [str(VENV_PYTHON), "-m", "playwright", "install", "--no-shell", "chromium"]
    return playwrights_own() if answer(fetch, SECONDS_TO_DOWNLOAD) is not None else None


def from_debian() -> str | None:
    """Debian's own; Ubuntu's packages of that name are stubs, which do not start."""
    return on_path() if apt_get_install(*CHROMIUM_PACKAGES) else None


def starts(browser: str) -> bool:
    """Whether a browser shows an empty page, as Playwright would start it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        alone = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        page = answer([browser, *alone, "--dump-dom", "about:blank"], SECONDS_TO_START)
    return page is not None and "<html" in page


# --- Octave ---------------------------------------------------------------------------------


def needs_octave(pytest_arguments: list[str]) -> bool:
    """Whether pytest may come to the tests that start Octave."""
    return may_come_to(OCTAVE_TESTS, pytest_arguments)


def try_to_have_octave() -> None:
    """Install Octave where it is missing; there is no smaller package that runs a script."""
    if shutil.which("octave-cli") or shutil.which("octave") or apt_get_install("octave"):
        return
    say("Octave is neither here nor to be had: the tests that run it are skipped.")


# --- PostgreSQL -----------------------------------------------------------------------------


def needs_postgresql(pytest_arguments: list[str]) -> bool:
    """Whether pytest may come to the tests that start a PostgreSQL server."""
    return may_come_to(POSTGRESQL_TESTS, pytest_arguments)


def try_to_have_postgresql() -> None:
    """Install PostgreSQL where it is missing.

    Debian's package makes a cluster of the system's own, and starts it where an init system runs.
    The tests leave it alone and make their own; only a file in /etc would keep it from coming.
    """
    if postgresql_programs() or apt_get_install("postgresql"):
        return
    say("PostgreSQL is neither here nor to be had: the tests that run it are skipped.")


def postgresql_programs() -> Path | None:
    """The folder with initdb, pg_ctl and postgres: the one on PATH, or the newest elsewhere."""
    if os.name == "nt":  # where the tests' server would have no Unix socket to listen on
        return None
    named = shutil.which("pg_ctl")
    # What is on PATH may be a link to one program only; the others stand beside the real one.
    chosen = [Path(named).resolve().parent] if named else []
    elsewhere = [path for folder in POSTGRESQL_FOLDERS for path in Path("/").glob(folder)]
    for folder in chosen + sorted(elsewhere, key=version_in, reverse=True):
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def version_in(folder: Path) -> float:
    """The version in a path such as /usr/lib/postgresql/15/bin; 9.6 was the last with a dot."""
    return float(re.findall(r"\d+(?:\.\d+)?", str(folder))[-1])


# --- commands -------------------------------------------------------------------------------


def runs(
    command: list[str],
    *,
    stdout: int | None = subprocess.DEVNULL,
    stderr: int | None = subprocess.DEVNULL,
) -> bool:
    """Whether a command exists and succeeds; it prints nothing, or on the screen where None."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            close_fds=False,  # so that the lock of alone_in is held on
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def answer(command: list[str], seconds: float) -> str | None:
    """What a command prints; None where it fails or takes longer. Its children end with it."""
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return None
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            end_family(process)
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    return text if process.returncode == 0 else None


def end_family(process: subprocess.Popen[bytes]) -> None:
    """End a process with its children: a browser and a download start several."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def become(command: list[str]) -> NoReturn:
    """Turn into another program, which so gets Ctrl-C and every signal itself."""
    # Two BLAS threads are two to three times slower than one on matrices as small as ours.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if os.name == "nt":  # where exec returns to the shell at once
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)


def say(message: str) -> None:
    """Tell how far we are, at once even into a pipe."""
    print(message, flush=True)


def give_up(sentence: str) -> NoReturn:
    """End with exit code 1 and one sentence that says what is missing and what to do."""
    sys.exit(sentence)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)  # as shells count Ctrl-C; `.venv` is made anew if it was interrupted
