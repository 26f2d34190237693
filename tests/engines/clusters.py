"""A PostgreSQL of a test's own that may be stopped, killed and started again, as a machine in a cellar may be."""

from __future__ import annotations

import os
import pwd
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tests.servers import programs
from tests.servers.postgres import PostgresCluster
from tests.servers.programs import Programs

PATIENCE = 30


def programs_of(cluster: PostgresCluster) -> Programs:
    """The programs that the cluster was started with, under the account that it runs under."""
    if os.geteuid() != 0:
        return Programs(programs.installed())
    nobody = pwd.getpwnam("nobody")
    folder = cluster.socket / "programs" / programs.WHEEL / programs.INSTALLATION / "bin"
    return Programs(folder, nobody.pw_uid, nobody.pw_gid)


def processes(cluster: PostgresCluster) -> list[psutil.Process]:
    """The server and what it has started; empty when it is gone."""
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        number = int((cluster.socket / "data" / "postmaster.pid").read_text().splitlines()[0])
        server = psutil.Process(number)
        return [server, *server.children(recursive=True)]
    return []


def kill_server(cluster: PostgresCluster) -> None:
    """Kill -9 for the server; its own processes notice and follow it."""
    running = processes(cluster)
    running[0].send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(running, PATIENCE)
    assert alive == []


def start(cluster: PostgresCluster) -> None:
    """Start the cluster again and wait until it answers, recovered from whatever ended it."""
    folder = cluster.socket
    ready = programs_of(cluster)
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            ready.run("pg_ctl", "start", "--wait", f"--pgdata={folder / 'data'}", f"--log={folder / 'log'}", cwd=folder)
        except RuntimeError:
            # A dead server's shared memory may be let go of a moment after its last process.
            if time.monotonic() > patience:
                raise
            time.sleep(0.05)
        else:
            return


def stop(cluster: PostgresCluster) -> None:
    """Stop the cluster as one should."""
    folder = cluster.socket
    programs_of(cluster).run("pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={folder / 'data'}", cwd=folder)


def make_standby(cluster: PostgresCluster) -> None:
    """Let a stopped cluster start as a standby, which only reads."""
    mark: Path = cluster.socket / "data" / "standby.signal"
    mark.touch()
    if os.geteuid() == 0:
        os.chown(mark, pwd.getpwnam("nobody").pw_uid, -1)
