"""Offers a lot to another member: `lodetrace lot offer`.

    scripts/setup/brownie.sh run scripts/offer main "LOT --to ACCOUNT" --network embedded

The words in quotes are those of the command; "--help" lists them.
"""

from scripts.member_cli import lodetrace


def main(*arguments: str) -> None:
    lodetrace("lot", "offer", arguments=arguments)
