"""
A process that runs commands one after another, and tells how each of them ended.

Reads a JSON object a line: `arguments` of the command, files for its `stdout` and
`stderr`. Answers each with its exit code, the most memory it held, and how it
failed if an exception came out.
"""

import json
import os
import resource
import sys
import traceback
from pathlib import Path

CLEAR, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


def forget_peak() -> None:
    """From here on the kernel counts the most memory anew."""
    if CLEAR.exists():
        CLEAR.write_text("5", encoding="ascii")


def peak_bytes() -> int:
    if STATUS.exists():
        line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(arguments: list[str]) -> tuple[int, str]:
    """The exit code of a command; -1 and a traceback where it did not end by itself."""
    from cosmopolis.cli import main

    sys.argv = ["cosmopolis", *arguments]
    try:
        main()
    except SystemExit as ended:
        return (ended.code or 0) if isinstance(ended.code, int | None) else 1, ""
    except BaseException:  # noqa: BLE001  # whatever it is, the suite wants to see it
        return -1, traceback.format_exc()
    return 0, ""


def serve() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        job = json.loads(line)
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            with Path(job[name]).open("wb") as file:
                os.dup2(file.fileno(), descriptor)
        forget_peak()
        code, told = run(job["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
        answers.write(json.dumps({"code": code, "peak": peak_bytes(), "told": told}) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
