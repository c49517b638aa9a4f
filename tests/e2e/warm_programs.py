"""The programs of a clone, loaded once: each command is a fork that has its imports behind it.

    python warm_programs.py SOCKET                     # serves, from a clone on the path
    python -IS warm_programs.py SOCKET MODULE WORD…    # runs `python -m MODULE WORD…` in a fork

A page's commands are a hundred, and to load web3 and its like is most of the time of each. Nothing
happens at import, so that a fork does what a process of its own would: with its caller's words,
folder, environment and terminal.
"""

import json
import os
import socket
import sys
from pathlib import Path

LONGEST = 1 << 20  # bytes of a call
LOADED = (
    "lodetrace.cli.main", "lodetrace.member.session", "lodetrace.member.prover",
    "lodetrace.member.recover", "lodetrace.audit.verify", "lodetrace.evidence.export",
    "oracle.cli", "oracle.assembly", "oracle.attest_files", "oracle.prices.cli_session",
    "zk_circuits.prove",
)  # fmt: skip


def call(address: str, module: str, words: list[str]) -> int:
    """The exit code of a command, run by the server on this process's own terminal."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.connect(address)
        wanted = {
            "words": [module, *words],
            "folder": str(Path.cwd()),
            "environment": {**os.environ},
        }
        socket.send_fds(server, [json.dumps(wanted).encode()], [0, 1, 2])
        server.shutdown(socket.SHUT_WR)
        return int(server.recv(8) or b"70")


def serve(address: str) -> None:
    """Answers until it is ended."""
    import importlib
    import signal

    for module in LOADED:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who answer
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen()
        while True:
            caller, _ = listener.accept()
            with caller:
                if os.fork() == 0:
                    _answer(caller)
                    os._exit(0)


def _answer(caller: socket.socket) -> None:
    """In a process of its own: it waits for the command, and says how it ended."""
    import signal

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    text, files, _, _ = socket.recv_fds(caller, LONGEST, 3)
    while part := caller.recv(LONGEST):
        text += part
    child = os.fork()
    if child == 0:
        caller.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
        os._exit(_run(**json.loads(text)))
    _, status = os.waitpid(child, 0)
    caller.sendall(b"%d" % os.waitstatus_to_exitcode(status))


def _run(words: list[str], folder: str, environment: dict[str, str]) -> int:
    """As `python -m`; the streams of Python are opened anew, on the caller's terminal."""
    import runpy

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = words
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  # for all of the run
        for number, mode in enumerate("rww")
    )
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(call(sys.argv[1], sys.argv[2], sys.argv[3:]))
    serve(sys.argv[1])
