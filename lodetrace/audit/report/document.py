"""The machine-readable report: JSON, lodetrace-verdict/1."""

from typing import Any, Final

from lodetrace.audit.disclosures import Amounts, Disclosed
from lodetrace.audit.errors import BundleRefused
from lodetrace.audit.evidence import Passed
from lodetrace.audit.policy import PolicyRefused
from lodetrace.audit.replay.findings import Finding
from lodetrace.audit.verdict import Verdict
from lodetrace.audit.verify import Examination
from lodetrace.text import enum_word, hex_of, iso_time
from lodetrace.version import SOFTWARE
from zk_circuits.balance import NO_CREDITS, Balance, BirthMeasurement, Credits
from zk_circuits.schema import Credit

FORMAT: Final = "lodetrace-verdict/1"

Document = dict[str, Any]
"""Amounts are {"value": "…", "unit": "…"}, ids 0x and hexadecimal, times ISO 8601 in UTC."""


def document_of(examined: Examination) -> Document:
    """Everything that an examination found."""
    verdict, refusal = examined.verdict, examined.refusal
    return {
        "format": FORMAT,
        "judged_by": SOFTWARE,
        "accepted": verdict is not None,
        "bundle": {"keccak256": hex_of(examined.file_hash), "bytes": examined.file_size},
        "sha256": {name: digest.hex() for name, digest in examined.digests.items()},
        "steps": [_step(passed) for passed in examined.steps],
        "refusal": None if refusal is None else _refusal(refusal),
        "verdict": None if verdict is None else _verdict(verdict),
    }


def _step(passed: Passed) -> Document:
    return {
        "number": passed.number,
        "title": passed.title,
        "checked": passed.checked,
        "counts": dict(passed.counts),
    }


def _refusal(refusal: BundleRefused) -> Document:
    values = {
        name: value if isinstance(value, bool | int | None) else str(value)
        for name, value in refusal.values.items()
    }
    unmet = list(refusal.unmet) if isinstance(refusal, PolicyRefused) else []
    return {
        "step": refusal.step,
        "code": refusal.code,
        "item": refusal.item,
        "message": str(refusal),
        "advice": refusal.advice,
        "values": values,
        "unmet": unmet,
    }


def _verdict(verdict: Verdict) -> Document:
    return {
        "headline": verdict.headline,
        "limits": list(verdict.limits),
        "as_of": _as_of(verdict),
        "stands_on": _stands_on(verdict),
        "subject": {
            "kind": enum_word(verdict.subject.kind),
            "id": hex_of(verdict.subject.id),
        },
        "chain": {
            "id": verdict.chain_id,
            "genesis": hex_of(verdict.genesis),
            "anchor": {
                "block": verdict.anchor_block,
                "hash": hex_of(verdict.anchor_hash),
            },
            "head": {"block": verdict.head_block, "time": iso_time(verdict.head_time)},
            "finality": {
                "proven": verdict.finality.sealed,
                "headers": verdict.finality.headers,
                "seals": verdict.finality.seals,
                "set_changes": verdict.finality.set_changes,
            },
        },
        "verified": {name.replace(" ", "_"): count for name, count in verdict.counts.items()},
        "lots": [
            {
                "lot": hex_of(lot.id),
                "element": lot.element,
                "material": lot.material,
                "count": lot.count,
                "model": lot.model,
                "state": lot.state,
                "account": lot.holder,
                "organisation": hex_of(lot.organisation),
                "holders": lot.hands,
            }
            for lot in verdict.lots
        ],
        "claims": [
            {
                "claim": hex_of(claim.id),
                "subject": hex_of(claim.subject),
                "element": claim.element,
                "says": claim.says,
                "account": claim.account,
                "of_whole_subject": claim.whole,
            }
            for claim in verdict.claims
        ],
        "asserted": [
            {"by": said.by, "what": said.what, "count": said.count} for said in verdict.asserted
        ],
        "not_proven": list(verdict.not_proven),
        "findings": [_finding(finding) for finding in verdict.findings],
        "openings": [_opening(opening) for opening in verdict.openings],
        "documents": [
            {"keccak256": hex_of(shown.hash), "bytes": shown.size, "named_by": list(shown.about)}
            for shown in verdict.documents
        ],
        "policy": dict(verdict.policy.demands),
    }


def _as_of(verdict: Verdict) -> Document:
    found = verdict.as_of
    groups = {hex_of(group): iso_time(seen) for group, seen in found.vouched.groups}
    return {
        "time": iso_time(found.time),
        "now": None if found.now is None else iso_time(found.now),
        "age_seconds": found.age,
        "anchor_age_seconds": found.anchor_age,
        "witnessed": found.witnessed,
        "witnesses": {
            "needed": found.vouched.needed,
            "groups": groups,
            "outside_validators": found.vouched.outside,
            "own_groups_left_out": [hex_of(group) for group in found.vouched.own],
        },
    }


def _stands_on(verdict: Verdict) -> Document:
    found = verdict.stands_on
    return {
        "anchor": {
            "digest": hex_of(found.anchor),
            "co_signers": [hex_of(signer) for signer in found.co_signers],
        },
        "contracts": {
            name: {
                "version": contract.version,
                "address": hex_of(contract.address),
                "code_hash": hex_of(contract.code_hash),
            }
            for name, contract in found.contracts.items()
        },
        "keys": [
            {"hash": hex_of(key.hash), "development": key.circuit is not None} for key in found.keys
        ],
        "files": [
            {"name": file.name, "version": file.version, "hash": hex_of(file.hash)}
            for file in found.files
        ],
        "program": SOFTWARE,
    }


def _finding(finding: Finding) -> Document:
    return {
        "code": finding.code.value,
        "about": finding.about,
        "text": finding.text,
        "reaches": [hex_of(lot) for lot in sorted(finding.reaches)],
    }


def _opening(opening: Disclosed) -> Document:
    found = opening.amounts
    credits_ = _credits(found)
    borne = {
        enum_word(credit, "_"): _amount(held, "mg")
        for credit, held in zip(Credit, credits_, strict=True)
        if held
    }
    return {
        "about": opening.about,
        "element": opening.element,
        **_metals(found),
        "units": found.units,
        "carbon": _amount(found.carbon, "mg CO2e"),
        "direct": _amount(found.direct, "mg CO2e"),
        "credits": borne,
    }


def _metals(found: Amounts) -> Document:
    """Metal of a lot or total, of a birth, or of all that went into a run and came out."""
    if isinstance(found, Balance):
        return {"metal": _amount(found.metal, "mg"), "cahra": _amount(found.cahra, "mg")}
    if isinstance(found, BirthMeasurement):
        return {"metal_out": _amount(found.metal, "mg")}
    return {
        "metal_in": [_amount(metal, "mg") for metal in found.metal_in],
        "metal_out": _amount(found.product, "mg"),
        "scrap": _amount(found.scrap, "mg"),
    }


def _credits(found: Amounts) -> Credits:
    """What bears a credit, or is of its kind; the event of a run says nothing of it."""
    if isinstance(found, Balance):
        return found.credits
    return found.attested if isinstance(found, BirthMeasurement) else NO_CREDITS


def _amount(value: int, unit: str) -> Document:
    return {"value": str(value), "unit": unit}
