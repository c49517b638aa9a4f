"""Accepts an offered lot, after its opening was checked: `lodetrace lot accept`.

    scripts/setup/brownie.sh run scripts/accept main "LOT" --network embedded

The words in quotes are those of the command; "--help" lists them.
"""

from scripts.member_cli import lodetrace


def main(*arguments: str) -> None:
    lodetrace("lot", "accept", arguments=arguments)
