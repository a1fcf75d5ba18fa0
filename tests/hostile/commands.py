"""Commands run in a process of their own, watched for time and memory."""

import json
import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

CHILD = Path(__file__).with_name("command_child.py")
#: A hang: so much of the processor's time, or so long without an answer on however busy a machine.
MOST_PROCESSOR_SECONDS = 30
MOST_SECONDS = 180


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str
    peak_bytes: int
    told: str  #: the traceback of an exception that came out
    seconds: float  #: of the processor


class Hang(AssertionError):
    """A command that gave no answer in time."""


class Commands:
    """A child process that runs one command after another."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "stdout.txt", folder / "stderr.txt"
        self._child = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "2"},
        )
        self._watched = psutil.Process(self._child.pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()

    def run(self, *arguments: str) -> Ended:
        job = {"arguments": arguments, "stdout": str(self._out), "stderr": str(self._err)}
        assert self._child.stdin is not None
        begun = self._processor_seconds()
        self._child.stdin.write(json.dumps(job).encode() + b"\n")
        self._child.stdin.flush()
        answer = json.loads(self._answer(begun, " ".join(arguments)))
        return Ended(
            answer["code"], self._text(self._out), self._text(self._err), answer["peak"], answer["told"],
            self._processor_seconds() - begun,
        )  # fmt: skip

    def _answer(self, begun: float, command: str) -> bytes:
        assert self._child.stdout is not None
        deadline = time.monotonic() + MOST_SECONDS
        with selectors.DefaultSelector() as ready:
            ready.register(self._child.stdout, selectors.EVENT_READ)
            while not ready.select(timeout=0.5):
                if self._processor_seconds() - begun > MOST_PROCESSOR_SECONDS or time.monotonic() > deadline:
                    raise Hang(command)
        line = self._child.stdout.readline()
        assert line, f"the child died of: {command}\n{self._text(self._err)[-2000:]}"
        return line

    def _processor_seconds(self) -> float:
        used = self._watched.cpu_times()
        return used.user + used.system

    @staticmethod
    def _text(path: Path) -> str:
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
