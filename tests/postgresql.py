"""A PostgreSQL server for the tests, on a socket that nobody else can reach."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from run import is_root

if sys.platform != "win32":
    import pwd

if TYPE_CHECKING:
    from collections.abc import Iterator

#: For each thing that is asked of the server, in seconds; on an idle machine all take one or less.
_PATIENCE = 60

#: Have pg_ctl wait for the server.
_WAIT = ("--wait", f"--timeout={_PATIENCE}")

_USER = "theta"

#: Whom the server runs as where we are root, whom it refuses: Debian's package makes the first.
_INSTEAD_OF_ROOT = ("postgres", "nobody")


class Server:
    """A server that runs.

    Parameters
    ----------
    folder : Path
        Where its Unix socket is. There is no port that somebody else could take meanwhile, and no
        password, since the folder opens for one user (and root) alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def new_database(self) -> str:
        """Make an empty database; its URL, as SQLAlchemy and Optuna take it."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(
            f"host={self._folder} user={_USER} dbname=postgres connect_timeout={_PATIENCE}",
            options=f"-c statement_timeout={_PATIENCE}s",
            autocommit=True,  # PostgreSQL makes no database within a transaction
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://{_USER}@/{name}?host={self._folder}"


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Start a server without any data, then stop it and remove what it wrote.

    Parameters
    ----------
    programs : Path
        The folder with initdb, pg_ctl and postgres, of `run.postgresql_programs`.
    """
    # Not in a folder of pytest's: those are closed to anybody but root where root runs the tests,
    # and their paths may be too long for a socket, which ends at 103 bytes on macOS.
    with tempfile.TemporaryDirectory(prefix="theta-lab-", dir="/tmp") as name:
        cluster = _Cluster(programs, Path(name))
        cluster.create()
        try:
            cluster.start()
            yield Server(cluster.folder)
        finally:
            cluster.stop()


class _Cluster:
    """What PostgreSQL calls a cluster: the databases of one server, here all in one folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._data, self._log = folder / "data", folder / "log"
        self._owner = _given_away(folder) if is_root() else {}

    def create(self) -> None:
        """Write the files of an empty cluster; they need not survive a power cut."""
        text = ("--encoding=UTF8", "--no-locale")  # whatever this machine's language is
        self._do("initdb", "--auth=trust", f"--username={_USER}", *text, "--no-sync")

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        # -F never waits for the disk (see create), and -h '' listens to no network.
        options = shlex.join(["-F", "-h", "", "-k", str(self.folder)])
        self._do("pg_ctl", "start", f"--log={self._log}", f"--options={options}", *_WAIT)

    def stop(self) -> None:
        """Stop the server, be somebody still connected or not; kill it where it does not stop."""
        if not (self._data / "postmaster.pid").exists():
            return  # it never started, and why has been said
        if self._run("pg_ctl", "stop", "--mode=fast", *_WAIT).returncode:
            self._do("pg_ctl", "stop", "--mode=immediate", *_WAIT)

    def _do(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; where it fails, tell what it and the server said."""
        done = self._run(program, *arguments)
        log = self._log.read_text() if self._log.exists() else ""
        assert done.returncode == 0, done.stdout + done.stderr + log

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._programs / program, f"--pgdata={self._data}", *arguments],
            cwd=self.folder,  # the owner may not be allowed to be where we are
            capture_output=True,
            text=True,
            timeout=2 * _PATIENCE,  # pg_ctl, which waits on its own, gives up before
            check=False,
            **self._owner,
        )


def _given_away(folder: Path) -> dict[str, Any]:
    """Give a folder of root's to another user; how `subprocess` is told to run as that one."""
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    owner = next(accounts[name] for name in _INSTEAD_OF_ROOT if name in accounts)
    shutil.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
