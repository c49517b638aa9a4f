"""Records credit rules, certificates, their statuses and takeovers; only what is missing.

    scripts/setup/brownie.sh run scripts/certify main [folder] [as_of] --network embedded

folder: with certificates.yaml, sites.yaml and members.yaml (examples/cobalt), whose forms are
described in scripts/consortium.py. Credit rules take an act of the council; certificates and
statuses the certifier that the file names, a takeover the one that takes the certificate over. The
id on chain is printed of each certificate that is issued. A status is recorded once the time of the
last block has reached its `recorded_at`: run the script again then. as_of: statuses later than this
time (ISO 8601) are left alone, even if they are due.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from brownie import chain

from lodetrace.contracts.scoped_ids import scoped_id
from scripts.consortium import (
    EXAMPLE,
    AccountEntry,
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
from scripts.signers import address_of, is_here, seats_here, signer


def main(folder: str = EXAMPLE, as_of: str = "") -> None:
    latest = int(datetime.fromisoformat(as_of).timestamp()) if as_of else None
    files = Path(folder)
    members = read_members(files / "members.yaml")
    sites = {site.label: site.id for site in read_sites(files / "sites.yaml")}
    contracts = Deployed()
    set_rules(contracts, members, read_credit_rules(files / "certificates.yaml"))
    accounts = {account.name: account for member in members for account in member.accounts}
    for certificate in read_certificates(files / "certificates.yaml"):
        record(contracts, certificate, sites[certificate.site], accounts, latest)
    print("all certificates stand, with every status that is due")


def record(
    contracts: Any,
    certificate: CertificateEntry,
    site: bytes,
    accounts: Mapping[str, AccountEntry],
    latest: int | None,
) -> None:
    """One certificate: issued, taken over, and with its statuses, by whose keys are here."""
    registry, issuer = contracts["Certificates"], accounts[certificate.certifier]
    id_ = certificate_id(certificate, issuer)
    if registry.sequenceOf(id_) == 0:
        if not is_here(issuer):
            print(f"left to {issuer.name}: {certificate.label}")
            return
        issue(registry, certificate, site, issuer)
    for taken in certificate.takeovers[len(registry.predecessorsOf(id_)) :]:
        if not is_here(accounts[taken.certifier]):
            print(f"left to {taken.certifier}: taking over {certificate.label}")
            return
        registry.takeOver(id_, taken.document, {"from": signer(accounts[taken.certifier])})
        print(f"{certificate.label}: taken over by {taken.certifier}")
    vouches = registry.certificateOf(id_).dict()["certifier"]
    [certifier] = [one for one in accounts.values() if address_of(one) == vouches]
    if is_here(certifier):
        set_statuses(registry, certificate, id_, signer(certifier), latest)
    else:
        print(f"left to {certifier.name}: statuses of {certificate.label}")


def certificate_id(certificate: CertificateEntry, issuer: AccountEntry) -> bytes:
    """Its id on chain."""
    return scoped_id(address_of(issuer), certificate.number)


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


def issue(registry: Any, certificate: CertificateEntry, site: bytes, issuer: AccountEntry) -> None:
    registry.issue(
        certificate.number,
        site,
        int(certificate.scheme),
        certificate.element,
        certificate.valid_from,
        certificate.valid_to,
        certificate.document,
        {"from": signer(issuer)},
    )
    print(f"issued {certificate.label}: 0x{certificate_id(certificate, issuer).hex()}")


def set_statuses(
    registry: Any,
    certificate: CertificateEntry,
    id_: bytes,
    certifier: Any,
    latest: int | None = None,
) -> None:
    """Statuses that are due and not on chain, in the order of the file."""
    for status in certificate.statuses:
        if status.recorded_at > (latest or chain[-1].timestamp):
            print(f"{certificate.label}: {status.status.name} is not due yet")
        elif not _recorded(registry, id_, status):
            wanted = (int(status.status), status.effective_from, status.reason)
            registry.setStatus(id_, *wanted, {"from": certifier})
            print(f"{certificate.label}: {status.status.name}")


def _recorded(registry: Any, id_: bytes, status: StatusEntry) -> bool:
    wanted = (int(status.status), status.effective_from, status.reason)
    return any((known[0], known[1], bytes(known[3])) == wanted for known in registry.historyOf(id_))
