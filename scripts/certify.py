"""Records credit rules, certificates and their statuses as the files say; only what is missing.

    scripts/setup/brownie.sh run scripts/certify main [folder] [as_of] --network embedded

folder: with certificates.yaml, sites.yaml and members.yaml (examples/cobalt), whose forms are
described in scripts/consortium.py. Credit rules take an act of the council; certificates and
statuses the certifier that the file names. A status is recorded once the time of the last block
has reached its `recorded_at`: run the script again then. as_of: statuses later than this time
(ISO 8601) are left alone, even if they are due.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from brownie import chain

from scripts.consortium import (
    EXAMPLE,
    CertificateEntry,
    CreditRuleEntry,
    MemberEntry,
    StatusEntry,
    read_certificates,
    read_credit_rules,
    read_members,
    read_sites,
)
from scripts.council_act import Governance, call
from scripts.deployed import Deployed
from scripts.signers import is_here, seats_here, signer


def main(folder: str = EXAMPLE, as_of: str = "") -> None:
    latest = int(datetime.fromisoformat(as_of).timestamp()) if as_of else None
    files = Path(folder)
    members = read_members(files / "members.yaml")
    sites = {site.label: site.id for site in read_sites(files / "sites.yaml")}
    contracts = Deployed()
    set_rules(contracts, members, read_credit_rules(files / "certificates.yaml"))
    accounts = {account.name: account for member in members for account in member.accounts}
    for certificate in read_certificates(files / "certificates.yaml"):
        if not is_here(accounts[certificate.certifier]):
            print(f"left to {certificate.certifier}: {certificate.label}")
            continue
        certifier = signer(accounts[certificate.certifier])
        issue(contracts, certificate, sites[certificate.site], certifier)
        set_statuses(contracts, certificate, certifier, latest)
    print("all certificates stand, with every status that is due")


def set_rules(contracts: Any, members: list[MemberEntry], rules: list[CreditRuleEntry]) -> None:
    """Rules that are not so on chain, by one act."""
    registry = contracts["Certificates"]
    changed = [
        rule
        for rule in rules
        if tuple(registry.creditRule(rule.credit)) != (rule.schemes, rule.pass_gated)
    ]
    if not changed:
        return
    council = Governance(contracts["Council"], seats_here(members))
    wanted = [(rule.credit, rule.schemes, rule.pass_gated) for rule in changed]
    council.carry(
        "lodetrace/certify/rules", [call(registry.setCreditRule, *rule) for rule in wanted]
    )
    print(f"set the rules of credits {', '.join(str(rule.credit) for rule in changed)}")


def issue(contracts: Any, certificate: CertificateEntry, site: bytes, certifier: Any) -> None:
    """The certificate, unless it is on chain."""
    registry = contracts["Certificates"]
    if registry.sequenceOf(certificate.id) != 0:
        return
    registry.issue(
        certificate.id,
        site,
        int(certificate.scheme),
        certificate.element,
        certificate.valid_from,
        certificate.valid_to,
        certificate.document,
        {"from": certifier},
    )
    print(f"issued {certificate.label}")


def set_statuses(
    contracts: Any, certificate: CertificateEntry, certifier: Any, latest: int | None = None
) -> None:
    """Statuses that are due and not on chain, in the order of the file."""
    registry = contracts["Certificates"]
    for status in certificate.statuses:
        if status.recorded_at > (latest or chain[-1].timestamp):
            print(f"{certificate.label}: {status.status.name} is not due yet")
        elif not _recorded(registry, certificate, status):
            wanted = (int(status.status), status.effective_from, status.reason)
            registry.setStatus(certificate.id, *wanted, {"from": certifier})
            print(f"{certificate.label}: {status.status.name}")


def _recorded(registry: Any, certificate: CertificateEntry, status: StatusEntry) -> bool:
    wanted = (int(status.status), status.effective_from, status.reason)
    return any(
        (known[0], known[1], bytes(known[3])) == wanted
        for known in registry.historyOf(certificate.id)
    )
