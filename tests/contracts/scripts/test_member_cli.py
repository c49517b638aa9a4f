"""offer, accept and run call the member's command line on the connected network."""

import os
import shlex
import stat

import pytest
from brownie import network

from scripts import accept, member_cli, offer, run


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """A program in place of `lodetrace` that writes down how it was called."""
    log = tmp_path / "log"
    program = tmp_path / "lodetrace"
    program.write_text(
        "#!/bin/sh\n"
        f'echo "$@" "$LODETRACE_NETWORK" "$LODETRACE_RPC_URL" > {shlex.quote(str(log))}\n'
        "exit ${CODE:-0}\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(member_cli, "LODETRACE", program)
    return log


@pytest.mark.parametrize(("script", "name"), [(offer, "offer"), (accept, "accept"), (run, "run")])
def test_words_and_network_are_handed_on(recorded, web3, script, name):
    script.main("0x12 --to saimaa", "--reason 'too wet'")
    expected = f"lot {name} 0x12 --to saimaa --reason too wet {network.show_active()}"
    assert recorded.read_text().strip() == f"{expected} {web3.provider.endpoint_uri}"


def test_exit_code_is_the_commands_own(recorded, monkeypatch):
    monkeypatch.setitem(os.environ, "CODE", "5")
    with pytest.raises(SystemExit) as ended:
        offer.main("0x12")
    assert ended.value.code == 5
