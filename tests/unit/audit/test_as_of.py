"""As of when a verdict speaks: what a policy refuses, and what is a limit without one."""

from dataclasses import replace

import pytest

from lodetrace.audit import policy as rules
from lodetrace.audit.cosign import co_signers, typed_data, with_signatures
from lodetrace.audit.disclosures import documents_of, opened
from lodetrace.audit.errors import StateRefused
from lodetrace.audit.evidence import Evidence, Finality
from lodetrace.audit.heads import AHEAD
from lodetrace.audit.policy import DEFAULT, Policy
from lodetrace.audit.replay.findings import findings_of
from lodetrace.audit.replay.history import replay
from lodetrace.audit.report.document import document_of
from lodetrace.audit.report.page import Mark, page_of
from lodetrace.audit.verdict import Verdict, verdict_of
from lodetrace.audit.verify import Examination
from lodetrace.audit.witnessed import CoSigned
from lodetrace.contracts import events as ev
from lodetrace.secp256k1 import Signature
from lodetrace.text import DAY_SECONDS, HOUR_SECONDS, hex_of
from tests.support.audit_world import World, word
from tests.support.synthetic_chain import Chain
from tests.support.trapdoor import TrapdoorKey
from tests.unit.witness.witnesses import secret, with_witnesses
from zk_circuits.build import Workshop
from zk_circuits.ctx import verifying_key_hash
from zk_circuits.verifying_key import VerifyingKey

NAMES = ("one", "two", "three", "four")


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """A lot of alpha's."""
    world = World.founded()
    return signed_by_four(world.evidence(world.birth()))


def signed_by_four(found: Evidence) -> Evidence:
    """At a sealed chain, whose head four witnesses signed, minutes apart."""
    made = with_witnesses(Chain().anchor(), *NAMES)
    anchor = replace(made, contracts={"Directory": made.contracts["Directory"]})
    seen = [found.head.time + 60 * place for place in range(len(NAMES))]
    return replace(
        found,
        anchor=anchor,
        finality=Finality(sealed=True, headers=1, seals=3),
        sealing=anchor.validators,
        witnessed=tuple(
            CoSigned(witness, time, bytes(32))
            for witness, time in zip(anchor.witnesses, seen, strict=True)
        ),
    )


def as_of(evidence: Evidence) -> int:
    """The third latest of four."""
    return evidence.head.time + 60


def refused(
    evidence: Evidence, policy: Policy, now: int | None = None
) -> list[type[rules.PolicyRefused]]:
    """The one demand that is not met, if there is one."""
    story = replay(evidence)
    try:
        policy.require(story, findings_of(story), now)
    except rules.PolicyRefused as refusal:
        return [type(refusal)] * len(refusal.unmet)
    return []


def verdict(evidence: Evidence, now: int | None = None, policy: Policy = DEFAULT) -> Verdict:
    story = replay(evidence)
    parts = findings_of(story), opened(story), documents_of(story)
    return verdict_of(story, (), *parts, policy, now)


def few(evidence: Evidence, count: int) -> Evidence:
    return replace(evidence, witnessed=evidence.witnessed[:count])


def test_witnesses_that_are_demanded(evidence: Evidence) -> None:
    demanding = Policy(witnesses=3)
    assert refused(evidence, demanding) == []
    assert refused(few(evidence, 3), demanding) == []
    assert refused(few(evidence, 2), demanding) == [rules.WitnessesTooFew]
    assert refused(few(evidence, 0), Policy(witnesses=1)) == [rules.WitnessesTooFew]


def test_the_holders_own_witness_counts_for_no_policy(evidence: Evidence) -> None:
    own = word("group alpha")
    first, *others = evidence.witnessed
    mine = replace(first, witness=replace(first.witness, group=own))
    shown = replace(evidence, witnessed=(mine, *others))
    assert refused(shown, Policy(witnesses=3)) == []
    assert refused(shown, Policy(witnesses=4)) == [rules.WitnessesTooFew]
    assert verdict(shown).as_of.vouched.own == (own,)


@pytest.mark.parametrize(("left_since", "counts"), [(True, False), (False, True)])
def test_who_leaves_the_group_of_his_witness_takes_its_word_along(
    left_since: bool, counts: bool
) -> None:
    """Attack: the holder's organisation moves to another group; the anchor's witness stays."""
    world = World.founded()
    lot = world.birth()
    world.set_group("alpha", "group of nobody else")
    found = signed_by_four(world.evidence(lot))
    own, anchor = word("group alpha"), found.anchor
    first, *others = found.witnessed
    mine = replace(first, witness=replace(first.witness, group=own))
    if not left_since:
        made = replace(anchor.header, time=found.head.time)
        anchor = replace(anchor, header=made)
    shown = few(replace(found, anchor=anchor, witnessed=(mine, *others)), 3)
    vouched = verdict(shown).as_of.vouched
    assert (own in dict(vouched.groups)) is counts
    assert (refused(shown, Policy(witnesses=3)) == []) is counts


def test_a_policy_content_with_one_witness_hides_no_limit(evidence: Evidence) -> None:
    """Attack: one witness's word is enough for a policy, and passes for a majority's."""
    one, lenient = few(evidence, 1), Policy(witnesses=1)
    assert refused(one, lenient) == []
    found = verdict(one, policy=lenient)
    assert "1 of 3 groups that are needed vouch for its last block" in found.limits
    assert found.as_of.time == evidence.head.time, "not when that one says that it saw it"


def test_witnesses_that_seal_nothing(evidence: Evidence) -> None:
    demanding = Policy(witnesses=3, outside_validators=1)
    assert refused(evidence, demanding) == []
    groups = [one.witness.group for one in evidence.witnessed]
    pairs = zip(evidence.anchor.validators, groups, strict=True)
    insiders = replace(evidence, anchor=replace(evidence.anchor, sealers=tuple(pairs)))
    assert refused(insiders, demanding) == [rules.OutsidersTooFew]
    assert any("outside the validators" in limit for limit in verdict(insiders).limits)


def test_an_age_that_is_demanded(evidence: Evidence) -> None:
    demanding, then = Policy(max_age=2 * DAY_SECONDS), as_of(evidence)
    assert refused(evidence, demanding, then + 2 * DAY_SECONDS) == []
    assert refused(evidence, demanding, then + 2 * DAY_SECONDS + 1) == [rules.EvidenceTooOld]
    assert refused(evidence, demanding, then - AHEAD) == []
    assert refused(evidence, demanding, then - AHEAD - 1) == [rules.EvidenceFromLater]
    assert refused(evidence, demanding) == [rules.AgeUnknown]


def test_the_age_of_what_nobody_witnessed_is_that_of_its_block(evidence: Evidence) -> None:
    demanding = Policy(max_age=DAY_SECONDS)
    bare, time = few(evidence, 2), evidence.head.time
    assert refused(bare, demanding, time + DAY_SECONDS) == []
    assert refused(bare, demanding, time + DAY_SECONDS + 1) == [rules.EvidenceTooOld]


def test_an_anchor_whose_keys_are_trusted_no_more(evidence: Evidence) -> None:
    demanding, made = Policy(trusting_period=DAY_SECONDS), evidence.anchor.header.time
    bare = few(evidence, 2)
    assert refused(bare, demanding, made + DAY_SECONDS) == []
    assert refused(bare, demanding, made + DAY_SECONDS + 1) == [rules.AnchorExpired]
    assert refused(bare, demanding) == [rules.AgeUnknown]
    signed = refused(few(evidence, 3), demanding, made + DAY_SECONDS + 1)
    assert signed == [], "its witnesses vouch for the head, whatever became of its validators"


def test_an_unsealed_chain_has_no_keys_that_leak() -> None:
    world = World.founded()
    found = world.evidence(world.birth())
    assert refused(found, Policy(trusting_period=HOUR_SECONDS), found.head.time + 10**8) == []


def limits(evidence: Evidence, now: int) -> tuple[str, ...]:
    return verdict(evidence, now).limits


def test_what_no_policy_demands_is_told_first(evidence: Evidence) -> None:
    now = as_of(evidence) + HOUR_SECONDS
    fresh = replace(evidence.anchor, header=replace(evidence.anchor.header, time=now))
    whole, aged = replace(evidence, anchor=fresh), few(evidence, 0)
    assert limits(whole, now) == ()
    assert limits(few(whole, 2), now) == ("2 of 3 groups that are needed vouch for its last block",)
    assert limits(few(whole, 0), now) == ("no witness vouches for its last block",)
    old = as_of(evidence) + 30 * DAY_SECONDS
    assert limits(whole, old) == ()
    assert limits(whole, old + 1) == ("it is more than 30 days old",)
    assert limits(whole, as_of(evidence) - AHEAD - 1) == ("it is dated ahead of this clock",)
    assert "the trust anchor is more than 180 days old" in limits(aged, now)
    assert limits(evidence, now) == ()


def test_keys_that_everybody_knows_are_a_limit(evidence: Evidence) -> None:
    key = VerifyingKey.load(Workshop.of_checkout().keys / "claim.vkey.json")
    forgeable = replace(evidence, keys={verifying_key_hash(key): key})
    found = verdict(forgeable)
    assert "everybody can forge its proofs (development keys)" in found.limits
    assert "development keys" in found.headline
    own = TrapdoorKey(4, 3)
    unknown = verdict(replace(evidence, keys={own.hash: own.key}))
    assert not any("forge" in limit for limit in unknown.limits)


def test_the_headline_has_its_date(evidence: Evidence) -> None:
    found = verdict(evidence, as_of(evidence))
    assert found.headline.startswith("As of 2026-02-05T")
    assert found.as_of.time == as_of(evidence)


def test_the_page_and_the_json_say_what_the_verdict_stands_on(evidence: Evidence) -> None:
    key = VerifyingKey.load(Workshop.of_checkout().keys / "claim.vkey.json")
    hash_ = verifying_key_hash(key)
    signature = Signature.make(typed_data(evidence.anchor), secret("signer"))
    signed = with_signatures(evidence.anchor, [signature.raw])
    shown = replace(evidence, anchor=signed, keys={hash_: key})
    now = as_of(evidence) + 3 * HOUR_SECONDS
    digests = {"bundle": b"\1" * 32, "anchor": b"\2" * 32, "policy": b"\3" * 32}
    examined = Examination(bytes(32), 1, (), verdict(shown, now), None, digests)
    document = document_of(examined)
    assert document["sha256"] == {name: digest.hex() for name, digest in digests.items()}
    stands = document["verdict"]["stands_on"]
    (signer,) = co_signers(signed)
    assert stands["anchor"] == {
        "digest": hex_of(typed_data(signed).digest()),
        "co_signers": [hex_of(signer)],
    }
    assert stands["contracts"]["Directory"]["version"] == 1
    assert stands["keys"] == [{"hash": hex_of(hash_), "development": True}]
    assert document["verdict"]["as_of"]["age_seconds"] == 3 * HOUR_SECONDS
    assert document["verdict"]["as_of"]["witnesses"]["needed"] == 3
    page = page_of(examined)
    text = "\n".join(page.texts)
    assert page.mark is Mark.LIMITED
    for said in ("3 hours before", hex_of(signer)[:10], "development ceremony", "4 groups of 3"):
        assert said in text
    assert text.count("SHA-256") == 3
    refusal = replace(examined, verdict=None, refusal=StateRefused(item="block 1", reason="none"))
    assert "02" * 32 in "\n".join(page_of(refusal).texts)


def test_another_anchor_is_another_page(evidence: Evidence) -> None:
    """An anchor that was stripped to the Directory proves as much, and is another digest."""
    stripped = replace(evidence, anchor=replace(evidence.anchor, sealers=()))
    pages = [
        page_of(Examination(bytes(32), 1, (), verdict(one), None)) for one in (evidence, stripped)
    ]
    assert pages[0].sections != pages[1].sections


def test_a_transcript_that_the_council_named(evidence: Evidence) -> None:
    world = World.founded()
    world.tx(ev.HashRegistered(b"ceremony claim".ljust(32, b"\0"), 2, word("transcript")))
    found = verdict(world.evidence(world.birth()))
    (named,) = found.stands_on.files
    assert (named.name, named.version, named.hash) == ("ceremony claim", 2, word("transcript"))
