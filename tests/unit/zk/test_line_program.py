import os
import signal
import sys
from threading import Thread

import pytest

from zk_circuits.errors import ProverUnavailable
from zk_circuits.provers.line_program import LineProgram

ECHO = "import sys, os\nfor line in sys.stdin: print(line.strip(), flush=True)"
DIES = "import sys; sys.stdin.readline(); sys.exit('the disk is full')"
SILENT = "import sys; sys.stdin.read()"


@pytest.fixture
def started(request):
    program = LineProgram("test", [sys.executable, "-c", request.param], timeout_seconds=5)
    yield program
    program.close()


@pytest.mark.parametrize("started", [ECHO], indirect=True)
def test_requests_are_answered_by_one_process(started):
    assert started.process_id is None
    assert started.request({"a": 1}) == {"a": 1}
    first = started.process_id
    assert started.request({"b": "é"}) == {"b": "é"}
    assert started.process_id == first


@pytest.mark.parametrize("started", [ECHO], indirect=True)
def test_threads_get_their_own_answers(started):
    wrong = []

    def ask(number):
        for at in range(50):
            fields = {"number": number, "at": at}
            if started.request(fields) != fields:
                wrong.append(fields)

    threads = [Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("started", [ECHO], indirect=True)
def test_killed_program_is_started_again(started):
    started.request({})
    first = started.process_id
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert started.request({"a": 1}) == {"a": 1}
    assert started.process_id != first


@pytest.mark.parametrize("started", [DIES], indirect=True)
def test_dying_program_is_quoted(started):
    for _ in range(2):
        with pytest.raises(ProverUnavailable, match="the disk is full") as refused:
            started.request({})
        assert str(refused.value).count("the disk is full") == 1


def test_silent_program_is_ended_after_its_time():
    program = LineProgram("test", [sys.executable, "-c", SILENT], timeout_seconds=0.2)
    with pytest.raises(ProverUnavailable, match=r"no answer within 0\.2 s"):
        program.request({})
    assert program.process_id is None


def test_missing_program_is_refused():
    with pytest.raises(ProverUnavailable, match="no-such-program"):
        LineProgram("test", ["no-such-program"]).request({})
