"""MiniStack, an emulator of AWS that enforces IAM: made in its own environment, started on a free port.

It pins its own botocore, so it never shares an environment with this program.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "ministack==1.5.33"
_START_SECONDS = 60


class NotInstallableError(Exception):
    """The package index does not give the emulator."""


def install(folder: Path) -> Path:
    """Make the emulator's environment once and return its program."""
    program = folder / "bin" / "ministack"
    stamp = folder / ".installed"
    if program.exists() and stamp.exists() and stamp.read_text() == PACKAGE:
        return program
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    command = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        PACKAGE,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstallableError(f"{PACKAGE} cannot be installed: {done.stderr.strip()[-500:]}")
    stamp.write_text(PACKAGE)
    return program


@contextmanager
def running(program: Path, data: Path) -> Iterator[str]:
    """Run the emulator on this machine only, with authorization on; yield its URL."""
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "GATEWAY_PORT": str(port),
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(data),
    }
    with (data / "ministack.log").open("wb") as log:
        process = subprocess.Popen([program], env=environment, cwd=data, stdout=log, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process, data / "ministack.log")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2):  # noqa: S310 - this machine's own
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the emulator did not start:\n{log.read_text(errors='replace')[-2000:]}")
