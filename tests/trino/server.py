"""A Trino server on the loopback address: fetched from Maven Central, started on a folder, asked over HTTP."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

# The last release on Maven Central whose whole server runs on Java 11 to 17.
VERSION = "368"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
_FETCH_SECONDS = 1800
_START_SECONDS = 240
_OPTIONS = (
    "-Xmx2G", "-XX:+UseG1GC", "-Djdk.attach.allowAttachSelf=true", "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
)  # fmt: skip


class Unavailable(Exception):  # noqa: N818 - it names a state
    """Trino cannot be had here; the message says why."""


def fetch(folder: Path) -> Path:
    """Return the unpacked server below ``folder``, downloading it with Maven where it is not there yet."""
    home = folder / f"trino-server-{VERSION}"
    if home.is_dir():
        return home
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise Unavailable(f"{program} is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    artifact = f"io.trino:trino-server:{VERSION}:tar.gz"
    command = ["mvn", "-q", "-B", _COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_FETCH_SECONDS)
    archive = folder / f"trino-server-{VERSION}.tar.gz"
    if done.returncode or not archive.exists():
        raise Unavailable(f"Maven could not fetch {artifact}: {done.stdout[-300:]}")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    return home


class Trino:
    """A client of one server: ``run`` gives a statement's rows."""

    def __init__(self, port: int) -> None:
        """Take the server's port on the loopback address."""
        self._address = f"http://127.0.0.1:{port}/v1/statement"

    def run(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of ``sql`` as column name -> value; raises RuntimeError with Trino's message."""
        page = self._ask(Request(self._address, data=sql.encode(), headers={"X-Trino-User": "test"}, method="POST"))  # noqa: S310 - our own address
        names: list[str] = []
        rows: list[dict[str, Any]] = []
        while True:
            if "error" in page:
                raise RuntimeError(f"{page['error'].get('errorName')}: {page['error'].get('message')}\n{sql}")
            names = names or [column["name"] for column in page.get("columns", ())]
            rows += [dict(zip(names, row, strict=True)) for row in page.get("data", ())]
            if "nextUri" not in page:
                return rows
            page = self._ask(Request(page["nextUri"], headers={"X-Trino-User": "test"}))  # noqa: S310 - the server's own address

    def _ask(self, request: Request) -> dict[str, Any]:
        with urlopen(request, timeout=120) as answer:  # noqa: S310 - the loopback address
            loaded: dict[str, Any] = json.load(answer)
            return loaded


@contextmanager
def running(home: Path, folder: Path) -> Iterator[Trino]:
    """Start a server with the Hive connector over ``folder`` and a file metastore; stop it at the end."""
    port = _free_port()
    _configure(folder, port)
    log = (folder / "log.txt").open("w")
    places = {
        "config": folder / "etc/config.properties",
        "catalog.config-dir": folder / "etc/catalog",
        "plugin.dir": home / "plugin",
        "node.environment": "test",
        "node.id": "test",
        "node.data-dir": folder / "data",
        "node.bind-ip": "127.0.0.1",
        "node.internal-address": "127.0.0.1",
    }
    options = [f"-D{name}={value}" for name, value in places.items()]
    command = ["java", *_OPTIONS, *options, "-cp", f"{home / 'lib'}/*", "io.trino.server.TrinoServer"]
    # Its request log goes to a folder below the working directory.
    server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    try:
        _wait(server, port, folder / "log.txt")
        yield Trino(port)
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


def _configure(folder: Path, port: int) -> None:
    (folder / "etc/catalog").mkdir(parents=True)
    (folder / "etc/config.properties").write_text(
        "coordinator=true\nnode-scheduler.include-coordinator=true\n"
        f"http-server.http.port={port}\ndiscovery.uri=http://127.0.0.1:{port}\n"
    )
    (folder / "etc/catalog/hive.properties").write_text(
        "connector.name=hive\nhive.metastore=file\n"
        f"hive.metastore.catalog.dir={(folder / 'warehouse').as_uri()}\nhive.non-managed-table-writes-enabled=true\n"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if server.poll() is not None:
            raise Unavailable(f"the server ended at once: {log.read_text()[-500:]}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/v1/info", timeout=5) as answer:
                if not json.load(answer)["starting"]:
                    return
        except (URLError, OSError, ValueError):
            pass
        time.sleep(0.5)
    raise Unavailable(f"the server did not start within {_START_SECONDS} s: see {log}")


def cache_folder() -> Path:
    """Return where the download is kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "access-denied-troubleshooter"
