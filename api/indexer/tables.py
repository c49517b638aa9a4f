"""The index: one table a noun, with the nouns of the contracts.

Identifiers are 0x hex in lower case (accounts with their checksum), times whole seconds since
1970, shares ppm. There are no amounts: the chain has none. A row never says more than the
events up to `cursor.next_block`.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from api.indexer.chain_event import stored_form

metadata: Final = MetaData()


class HexText(TypeDecorator[str]):
    """Ids as 0x hex; bytes of an event become it on their way in.

    They compare byte by byte in every database, whatever its language: pages follow this order.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """SQLite compares bytes anyway."""
        return String(66, collation="C" if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: str | bytes | None, dialect: Dialect) -> str | None:
        """Text stays as it is: a reader's id, or an account with its checksum."""
        return None if value is None else str(stored_form(value))


TEXT_ID: Final = HexText()


def _id(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, TEXT_ID, primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """Below 2^63. The contracts' uint64, which may be above, are columns of text."""
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


cursor = Table(
    "cursor",
    metadata,
    _number("id", key=True),  # always 1
    _number("chain_id"),
    _id("genesis"),
    _number("next_block"),
    Column("last_hash", TEXT_ID, nullable=True),  # of block next_block - 1
    _number("last_time"),
)

sealed = Table(
    "sealed",
    metadata,
    _number("id", key=True),  # always 1; no row where no trust anchor is asked for
    _id("trusted"),  # block of the trust anchor
    _number("next_block"),
    _id("last_hash"),  # of block next_block - 1
    Column("anchor", Text, nullable=True),  # moved on to that block, as a file has it
)
"""How far the blocks are known to be the network's (sealed.py)."""

making = Table(
    "making",
    metadata,
    _number("id", key=True),  # always 1; no row in an index that a version without this table made
    Column("nonce", String(32), nullable=False),  # drawn when the index was begun
)
"""Tells two indexes of one block apart: the one thing here that the chain does not say."""

events = Table(
    "events",
    metadata,
    _number("block", key=True),
    _number("log_index", key=True),
    _number("time"),
    _id("tx"),
    Column("contract", String(32), nullable=False),
    Column("name", String(48), nullable=False),
    Column("lot", TEXT_ID, nullable=True),
    Column("fields", JSON, nullable=False),
    Index("events_lot", "lot"),
)

organisations = Table(
    "organisations",
    metadata,
    _id("organisation", key=True),
    _id("group"),
    _id("profile"),
    _number("roles"),
    _number("status"),
    _number("sequence"),
    _id("admin"),
    _number("frozen_until"),
    Column("accredited", String(20), nullable=False),  # uint64, see threshold
)

accreditations = Table(
    "accreditations",
    metadata,
    _id("organisation", key=True),
    _number("block", key=True),
    _number("log_index", key=True),
    _number("time"),
    Column("schemes", String(20), nullable=False),  # uint64, see threshold
)
"""What it certifies from then on: nothing while it is suspended or has not the role."""


memberships = Table(  # of an organisation in ownership groups; left_at: none for the present one
    "memberships",
    metadata,
    _id("organisation", key=True),
    _number("place", key=True),  # 0 for the first
    _id("group"),
    _number("left_at", null=True),
)

accounts = Table(
    "accounts",
    metadata,
    _id("account", key=True),
    _id("organisation"),
    _id("signer"),
    _id("viewing_key"),
    _number("roles"),
    Column("removed", Boolean, nullable=False),
)

standings = Table(  # of an organisation or an account, each time that its right to act changed
    "standings",
    metadata,
    _id("subject", key=True),
    _number("block", key=True),
    _number("log_index", key=True),
    Column("change", String(48), nullable=False),  # name of the event
)

sites = Table(
    "sites",
    metadata,
    _id("site", key=True),
    _id("operator"),
    _id("place"),
    _number("kind"),
    _number("tolerance"),
    _number("loss_from"),
    _number("loss_to"),
    _number("scrap_to"),
    Column("active", Boolean, nullable=False),
    Column("continuous", Boolean, nullable=False),
    _id("capacity"),
    Column("elements", JSON, nullable=False),
    Column("materials", JSON, nullable=False),
    Column("panel", JSON, nullable=False),  # empty where the council has named none
    _number("sequence"),
)

determinations = Table(
    "determinations",
    metadata,
    _id("place", key=True),
    _number("sequence", key=True),
    _number("from"),
    _number("to"),
    _number("recorded_at"),
    _number("since"),
    _number("lapses_at", null=True),
    Column("conflict", Boolean, nullable=False),
    Column("governance", Boolean, nullable=False),
    Column("human_rights", Boolean, nullable=False),
    _id("document"),
    _id("by"),
    Column("proposer", TEXT_ID, nullable=True),
)

certificates = Table(
    "certificates",
    metadata,
    _id("certificate", key=True),
    _id("site"),
    _number("scheme"),
    _number("element"),
    _number("valid_from"),
    _number("valid_to"),
    _number("recorded_at"),
    _number("since"),
    _number("excused_at", null=True),
    _id("issuer"),
    _id("certifier"),  # who vouches for it now
    _id("document"),
    _id("label"),
    _number("sequence"),
    Index("certificates_site", "site"),
)

takeovers = Table(
    "takeovers",
    metadata,
    _id("certificate", key=True),
    _number("sequence", key=True),
    _id("certifier"),
    _id("document"),
    _number("time"),
)

certificate_statuses = Table(
    "certificate_statuses",
    metadata,
    _id("certificate", key=True),
    _number("sequence", key=True),
    _number("status"),
    _number("effective_from"),
    _number("recorded_at"),
    _id("reason"),
    Column("by_council", Boolean, nullable=False),
)

credit_rules = Table(
    "credit_rules",
    metadata,
    _number("block", key=True),
    _number("log_index", key=True),
    _number("credit"),
    Column("schemes", String(20), nullable=False),  # uint64, see threshold
    Column("pass_gated", Boolean, nullable=False),
)

site_events = Table(
    "site_events",
    metadata,
    _id("event_id", key=True),
    _id("site"),
    _number("sequence"),
    _number("revision"),
    _number("kind"),
    _number("element"),
    _number("from"),
    _number("to"),
    _id("document"),
    _id("commitment"),
    _number("standing_since"),
    Column("elements", JSON, nullable=False),
    _number("model"),
    _number("unit_material"),
    Column("no_output", Boolean, nullable=False),
    _id("batches"),
    Column("inputs", JSON, nullable=False),
    _number("units"),
    Column("period", Boolean, nullable=False),  # of a continuous site
    Column("used", Boolean, nullable=False),
    Column("excused", Boolean, nullable=False),
)

filings = Table(  # of documents, by the operators of their sites
    "filings",
    metadata,
    _id("site", key=True),
    _number("sequence", key=True),
    _id("document", key=True),
    _id("account"),
    _number("time"),
)

refusals = Table(  # of documents, by inspectors of the panels of their sites
    "refusals",
    metadata,
    _id("site", key=True),
    _number("sequence", key=True),
    _id("document", key=True),
    _id("organisation", key=True),
    _id("reason"),
    _number("time"),
)

attestations = Table(
    "attestations",
    metadata,
    _id("event_id", key=True),
    _number("revision", key=True),
    _id("organisation", key=True),
    _id("digest"),
    _number("time"),
)

withdrawals = Table(  # of a document about an event, by its site
    "withdrawals",
    metadata,
    _id("event_id", key=True),
    _id("document", key=True),
    _id("declaration"),
    _id("reason"),
    Column("used", Boolean, nullable=False),  # lots were made of the document before
    _number("time"),
)

withdrawn_origins = Table(  # a lot, and a used event behind it whose document was withdrawn
    "withdrawn_origins",
    metadata,
    _id("lot", key=True),
    _id("event_id", key=True),
)

lots = Table(
    "lots",
    metadata,
    _id("lot", key=True),
    _id("account"),
    _number("state"),
    _number("revision"),
    _number("sequence"),
    _number("until"),
    _number("model"),
    _number("count"),
    _number("born_at"),
    _number("time"),
    _number("element"),
    _number("material"),
    _number("root"),
    _number("index"),
    Column("mixed", Boolean, nullable=False),
    Column("charge", Boolean, nullable=False),
    Column("reworked", Boolean, nullable=False),
    Column("young", Boolean, nullable=False),
    Column("by_period", Boolean, nullable=False),  # a period of a continuous site is behind it
    _number("held_since"),
    Column("event_id", TEXT_ID, nullable=True),  # of its birth
    Column("made_by", TEXT_ID, nullable=True),  # run
    Column("consumed_by", TEXT_ID, nullable=True),  # run
    Column("lost_by", TEXT_ID, nullable=True),  # site event
    Column("named_by", TEXT_ID, nullable=True),  # site event, the last one
    _number("gates", null=True),  # at its birth
    Index("lots_made_by", "made_by"),
    Index("lots_consumed_by", "consumed_by"),
    Index("lots_event_id", "event_id"),
)

runs = Table(
    "runs",
    metadata,
    _id("run", key=True),
    _id("account"),
    Column("event_id", TEXT_ID, nullable=True),
    _number("kind"),
    _number("model"),
    Column("in_band", Boolean, nullable=False),
    _number("time"),
    _number("block"),
    _id("tx"),
    Index("runs_event_id", "event_id"),
)

custody = Table(  # between two parties; sequence: of the lot, none for what does not touch it
    "custody",
    metadata,
    _id("lot", key=True),
    _number("block", key=True),
    _number("log_index", key=True),
    _number("sequence", null=True),
    Column("act", String(32), nullable=False),
    _id("from"),
    _id("to"),
    _number("until", null=True),
    Column("reason", TEXT_ID, nullable=True),
    Column("document", TEXT_ID, nullable=True),  # receiving document of a dispute
    _number("time"),
)

holds = Table(  # by a third party or an act; about: the site event that it names
    "holds",
    metadata,
    _id("lot", key=True),
    _number("block", key=True),
    _number("log_index", key=True),
    _number("sequence", null=True),
    Column("act", String(32), nullable=False),
    Column("by", TEXT_ID, nullable=True),
    Column("about", TEXT_ID, nullable=True),
    _number("until", null=True),
    Column("reason", TEXT_ID, nullable=True),
    _number("time"),
)

root_holds = Table(  # on a root in the hands of a group; sequence: of the hold
    "root_holds",
    metadata,
    _id("key", key=True),
    _number("root"),
    _id("group"),
    _number("since"),
    _number("until"),  # 0 once it was released
    _number("sequence"),
    Index("root_holds_root", "root", "group"),
    Index("root_holds_until", "until"),
)

hold_acts = Table(
    "hold_acts",
    metadata,
    _id("key", key=True),
    _number("sequence", key=True),
    _number("root"),
    Column("act", String(32), nullable=False),
    _id("by"),
    _number("until", null=True),
    Column("reason", TEXT_ID, nullable=True),
    _number("time"),
    Index("hold_acts_root", "root"),
)

products = Table(
    "products",
    metadata,
    _id("product", key=True),
    _id("account"),
    _id("label"),
    Column("sealed", Boolean, nullable=False),
    _number("time"),
)

retirements = Table(  # units of a product at the end of its life
    "retirements",
    metadata,
    _id("run", key=True),
    _id("product"),
    _id("lot"),  # the product's part
    _number("units"),
    Index("retirements_product", "product"),
)

parts = Table(
    "parts",
    metadata,
    _id("product", key=True),
    _number("element", key=True),
    _number("part", key=True),
    _id("lot"),
    _number("units"),
    Index("parts_lot", "lot"),
)

totals = Table(
    "totals",
    metadata,
    _id("total", key=True),
    _id("product"),
    _id("account"),
    _number("element"),
    _number("first_part"),
    _number("parts"),
    _number("scale"),
    Column("previous", TEXT_ID, nullable=True),
    Column("complete", Boolean, nullable=False),
    _number("time"),
)

claims = Table(
    "claims",
    metadata,
    _id("claim", key=True),
    _id("subject"),
    _id("account"),
    _number("measure"),
    _number("credit_mask"),
    Column("threshold", String(20), nullable=False),  # uint64 is wider than SQL's integers
    _number("revision"),
    Column("by_period", Boolean, nullable=False),
    Column("public_signals", JSON, nullable=False),
    Column("proof", JSON, nullable=False),
    _number("block"),
    _number("time"),
    _id("tx"),
)

prices = Table(
    "prices",
    metadata,
    _id("record", key=True),
    _id("commodity"),
    _number("day"),
    _number("status"),
    _number("sequence"),
    _id("commitment"),
    _id("document"),
    _id("assessment"),
    _id("methodology"),
    Column("corrects", TEXT_ID, nullable=True),
    Column("corrected_by", TEXT_ID, nullable=True),
    _number("block"),
    _number("time"),
    _id("tx"),
)
