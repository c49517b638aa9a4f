// Which rows an event is noted in, what a row needs beside it, and the word that it folds to:
// docs/audit-bundle.md, section 5.
import { Buffer } from "node:buffer";
import { bytes, hex, keccak } from "./bundle.mjs";

export const KINDS = {
  settings: 1, directory: 2, lot: 3, root: 4, event: 5, site: 6, certificate: 7, place: 8,
  member: 9, group: 10, account: 11, product: 12, total: 13, commodity: 14, record: 15,
};
export const ALONE = "0x" + "00".repeat(32); // the subject of settings and directory

const NOTED = {
  directory: "JournalWriterSet WriterSet ContractRegistered HashRegistered",
  settings:
    "RecordingWindowSet GraceSet QuorumSet CreditRuleSet ModelRuleSet GridSet DirectBoundarySet Paused",
  "member organisation":
    "OrganisationRegistered OrganisationSuspended OrganisationReinstated OrganisationFrozen " +
    "AccreditationSet RolesSet RolesUnseasoned AdminSet GroupSet AccountAdded AccountRemoved " +
    "AccountRestored SignerReplaced RotationProposed SignerRotated ViewingKeyRotated",
  "group group": "OrganisationRegistered GroupSet GroupFrozen",
  "account account": "AccountAdded",
  "site site":
    "SiteRegistered SiteClosed SiteReopened SiteTransferProposed SiteTransferred ContinuousSet " +
    "BandSet PanelNamed CertificateIssued",
  "place place": "PlaceDetermined DeterminationExcused",
  "certificate certificate":
    "CertificateIssued CertificateTakenOver CertificateStatusSet CertificateWithdrawn CertificateExcused",
  "event eventId":
    "Attested EventStanding WithdrawalAttested EventWithdrawn LateFilingExcused LotBorn " +
    "DisputeEnded RunRecorded LotLost",
  "lot statement.inputs": "EventStanding",
  "lot lot":
    "LotUnnamed LotBorn LotOffered LotAccepted LotRejected OfferCancelled LotDisputed " +
    "SettlementApproved DisputeEnded ArrivalConsented LotReleaseProposed LotReleased " +
    "LotReleasedByAct LotLost UnitsAssigned UnitsKept PriceChecked",
  "root root": "HoldPlaced HoldRenewed HoldReleaseProposed HoldReleased",
  "lot inputs": "RunRecorded",
  "lot outputs.id": "RunRecorded",
  "product product": "ProductDeclared UnitsAssigned ProductSealed UnitsRetired TotalRecorded",
  "total total": "TotalRecorded",
  "commodity commodity": "CommodityRegistered MethodologyNoticed",
  "record record": "PricePrepared PriceReleased",
  "record publication.corrects": "PriceReleased",
};

const places = new Map(); // event → kinds and fields
for (const [where, events] of Object.entries(NOTED)) {
  for (const event of events.split(" ")) {
    places.set(event, [...(places.get(event) ?? []), where.split(" ")]);
  }
}

const TOTAL_TAG = 3n;

export function rowsOf({ name, fields }) {
  const found = (places.get(name) ?? []).flatMap(([kind, field]) =>
    field === undefined ? [row(kind, ALONE)] : named(kind, field, fields),
  );
  if (name === "Filed" || name === "DocumentRefused") found.push(documentOf(fields));
  if (name === "ClaimRecorded") {
    const ofTotal = (fields.publicSignals[1] & 255n) === TOTAL_TAG;
    found.push(row(ofTotal ? "total" : "lot", fields.subject));
  }
  return [...new Set(found)];
}

// A row is its kind and its subject, as one text.
export const row = (kind, subject) => `${kind} ${subject}`;

// Rows that a field names, each of a list's items: `outputs.id`. What is 0 names nothing.
function named(kind, field, fields) {
  let values = [fields];
  for (const part of field.split(".")) values = values.map((value) => value[part]).flat();
  return values.map(subjectOf).filter((subject) => subject !== ALONE).map((one) => row(kind, one));
}

// In 32 bytes: an id, an account, a number.
function subjectOf(value) {
  const digits = typeof value === "bigint" ? value.toString(16) : value.slice(2);
  return "0x" + digits.padStart(64, "0");
}

// What is said of all metals of a site's document.
const documentOf = ({ site, sequence }) => row("event", hex(hashed(site, sequence, 0)));

const STATEMENT = { Attested: "statement", EventStanding: "statement", WithdrawalAttested: "withdrawal" };
const ON_EVENTS = ["SettlementApproved", "DisputeEnded", "LotLost"];
const END_OF_LIFE = 8n;

const by = (events, kind, field) => ({ name, fields }) =>
  events.includes(name) ? named(kind, field, fields) : [];

// Only of the run that made the lot.
const ofMaking = (kind, field) => ({ name, fields }, [, subject]) =>
  name === "RunRecorded" && fields.outputs.some(({ id }) => id === subject)
    ? named(kind, field, fields)
    : [];

const document = ({ name, fields }) =>
  name in STATEMENT ? [documentOf(fields[STATEMENT[name]])] : [];

// Of a lot of which units were retired, the products that they were in.
const products = ({ name, fields }, [, subject], entries) => {
  const retires = ({ event }) =>
    event.name === "RunRecorded" &&
    event.fields.kind === END_OF_LIFE &&
    event.fields.inputs.includes(subject);
  return name === "UnitsAssigned" && entries.some(retires) ? named("product", "product", fields) : [];
};

// Every field of the event itself that holds an address.
const accounts = ({ fields }) =>
  Object.entries(fields)
    .filter(([, value]) => typeof value === "string" && value.length === 42)
    .flatMap(([field]) => named("account", field, fields));

const NEEDS = {
  settings: [],
  directory: [],
  lot: [
    by(["LotBorn"], "root", "root"),
    by(["LotBorn"], "event", "eventId"),
    ofMaking("root", "made.root"),
    ofMaking("event", "eventId"),
    ofMaking("lot", "inputs"),
    by(ON_EVENTS, "event", "eventId"),
    by(["PriceChecked"], "record", "record"),
    products,
    accounts,
  ],
  root: [accounts],
  event: [
    document,
    by(["Attested", "EventStanding"], "site", "statement.site"),
    by(["Filed"], "site", "site"),
    by(["EventStanding"], "lot", "statement.inputs"),
    by(["Attested", "WithdrawalAttested", "DocumentRefused"], "member", "organisation"),
    accounts,
  ],
  site: [
    by(["SiteRegistered"], "place", "details.place"),
    by(["CertificateIssued"], "certificate", "certificate"),
    by(["SiteRegistered", "SiteTransferProposed", "SiteTransferred"], "member", "operator"),
    by(["PanelNamed"], "group", "groups"),
    accounts,
  ],
  certificate: [accounts],
  place: [accounts],
  member: [by(["OrganisationRegistered", "GroupSet"], "group", "group")],
  group: [by(["OrganisationRegistered", "GroupSet"], "member", "organisation")],
  account: [by(["AccountAdded"], "member", "organisation")],
  product: [accounts],
  total: [accounts],
  commodity: [by(["CommodityRegistered"], "member", "administrator")],
  record: [by(["PriceReleased"], "commodity", "commodity"), accounts],
};

// Of the product alone that the bundle is about.
const OF_SUBJECT = [by(["UnitsAssigned"], "lot", "lot"), by(["TotalRecorded"], "total", "total")];

export function needs(of, entries, isRoot) {
  const kind = of.split(" ");
  const lines = [...NEEDS[kind[0]], ...(isRoot && kind[0] === "product" ? OF_SUBJECT : [])];
  return entries.flatMap(({ event }) => lines.flatMap((line) => line(event, kind, entries)));
}

export function fold(entries) {
  return entries.reduce((word, { writer, block, time, place, topics, data }) => {
    const digest = keccak(Buffer.concat([...topics, data]));
    const hash = BigInt(hex(hashed(word, writer, block, time, place, digest)));
    return (((word >> 224n) + 1n) << 224n) | (hash >> 32n);
  }, 0n);
}

// Where the Journal keeps a row's word.
export function slotOf(of) {
  const [kind, subject] = of.split(" ");
  return hashed(hashed(KINDS[kind], subject), 0);
}

function hashed(...words) {
  return keccak(Buffer.concat(words.map(wordOf)));
}

function wordOf(value) {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const digits = isNumber ? value.toString(16) : (typeof value === "string" ? value : hex(value)).slice(2);
  return Buffer.from(bytes("0x" + digits.padStart(64, "0")));
}
