"""Turns lots into lots, with a proof: `lodetrace lot run`.

    scripts/setup/brownie.sh run scripts/run main "--help" --network embedded

The words in quotes are those of the command; "--help" lists them.
"""

from scripts.member_cli import lodetrace


def main(*arguments: str) -> None:
    lodetrace("lot", "run", arguments=arguments)
