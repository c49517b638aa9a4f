"""Calls the member's command line, `lodetrace`, on the network that Brownie is connected to.

The command line lives in the main environment (.venv) and signs with the member's own keystore:
name it with LODETRACE_HOME and LODETRACE_MEMBER.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from brownie import network, web3

LODETRACE = Path(__file__).resolve().parents[1] / ".venv" / "bin" / "lodetrace"


def lodetrace(*command: str, arguments: tuple[str, ...]) -> None:
    """Ends with the command's own exit code where it fails.

    Brownie keeps options that it does not know from a script: an argument may hold several words,
    as in main "LOT --to saimaa".
    """
    words = [word for argument in arguments for word in shlex.split(argument)]
    environment = {
        **os.environ,
        "LODETRACE_NETWORK": network.show_active(),
        "LODETRACE_RPC_URL": str(web3.provider.endpoint_uri),
    }
    done = subprocess.run([LODETRACE, *command, *words], env=environment, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
