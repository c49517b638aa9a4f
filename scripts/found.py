"""Founds a consortium in one run of Brownie: deploy, onboard, certify; only what is missing.

    scripts/setup/brownie.sh run scripts/found main [folder] [as_of] --network embedded

folder and as_of: as scripts/certify.py takes them. Brownie takes seconds to start, and starts once.
"""

from pathlib import Path

from scripts import certify, deploy, onboard
from scripts.consortium import EXAMPLE


def main(folder: str = EXAMPLE, as_of: str = "") -> None:
    deploy.main(str(Path(folder) / "members.yaml"))
    onboard.main(folder)
    certify.main(folder, as_of)
