"""What can go wrong with a network, its nodes and its files."""

from lodetrace.errors import (
    InputError,
    KeysError,
    NodeError,
    NotFound,
    Refused,
    SettingsError,
    StorageError,
)


class ChoiceOutOfRange(InputError):
    """A figure of the network that Besu or reason refuses."""

    template = "{name} is {value}: {reason}"
    advice = "See `lodetrace network init --help` and docs/operators.md for what each figure does."


class NetworkExists(InputError):
    """A folder that holds a network already."""

    template = "{folder} holds a network already"
    advice = "Go on with `lodetrace network up`, or start over with `lodetrace network reset`."


class NetworkMissing(NotFound):
    """A folder without a network."""

    template = "{folder} holds no network"
    advice = (
        "Found one with `lodetrace network init`, join one with `lodetrace network join`, or"
        " name the folder with --folder."
    )


class NodeUnknown(NotFound):
    """A node that this machine does not have."""

    template = "this machine has no node {node!r}; its nodes are {known}"
    advice = "Name one of them with --node."


class RecordMalformed(SettingsError):
    """The network's record, or a file made with it, cannot be used."""

    template = "{path}: {reason}"
    advice = "Restore the file from a backup; it is written by Lodetrace and not to be edited."


class ProfileMissing(SettingsError):
    """networks.yaml says nothing of how Besu runs it."""

    template = "{path} has no figures for network {network!r} on Besu"
    advice = "Name one with --network that has `besu:` below `lodetrace:`, or add them there."


class FileFailed(StorageError):
    """A file of the network that cannot be read or written."""

    template = "{path}: {reason}"
    advice = "Check the disk and the permissions; then repeat the command."


class KeyExposed(KeysError):
    """A secret that others on the machine may read."""

    template = "others may read {path} (mode {mode})"
    advice = "Take their rights away: chmod 600. Replace the key if others had access."


class KeyMalformed(KeysError):
    """A file that holds no key of the expected kind."""

    template = "{path} holds no usable key: {reason}"
    advice = "Restore it from your backup; a node without its key is another node."


class BesuMissing(SettingsError):
    """No Besu on this machine."""

    template = "there is no Besu: {tried}"
    advice = (
        "Unpack an official release of Hyperledger Besu and name its folder in BESU_HOME, or take"
        " the release that Lodetrace knows with `lodetrace network fetch-besu`, or start Docker"
        " or Podman and add --image."
    )


class BesuUnsupported(SettingsError):
    """A Besu that this software does not run on."""

    template = "{path} is Besu {found}, at least {needed} is needed"
    advice = "Name a newer release in BESU_HOME; `lodetrace network upgrade-check` lists them."


class BesuBroken(SettingsError):
    """A program that is no Besu, or does not run."""

    template = "{path} does not say its version as Besu does: {said}"
    advice = "Name the folder of an unpacked official release in BESU_HOME."


class JavaMissing(SettingsError):
    """No Java on this machine."""

    template = "there is no Java: {tried}"
    advice = (
        "Install a Java runtime ({needed} or later for this Besu) and name its folder in"
        " JAVA_HOME, or put java on the path."
    )

    def __init__(self, *, tried: str, needed: int) -> None:
        super().__init__(tried=tried, needed=needed)
        self.advice = type(self).advice.format(needed=needed)


class JavaTooOld(SettingsError):
    """A Java that cannot run this Besu."""

    template = "{path} is Java {found}, Besu {besu} needs Java {needed} or later"
    advice = "Name a newer runtime in JAVA_HOME; the path is looked at only without it."


class JavaBroken(SettingsError):
    """A program that is no Java, or does not run."""

    template = "{path} does not say its version as Java does: {said}"
    advice = "Name the folder of a Java runtime in JAVA_HOME (the folder above bin/java)."


class ImageUnusable(SettingsError):
    """Neither Docker nor Podman runs the official image."""

    template = "the image {image} cannot be run: {reason}"
    advice = (
        "Start the service of Docker or Podman and pull the image with it, or unpack a release"
        " and set BESU_HOME."
    )


class ReleasesUnreadable(SettingsError):
    """The package's own table of releases is damaged."""

    template = "{path}: {reason}"
    advice = "Install the package again."


class DownloadRefused(SettingsError):
    """A release that cannot be fetched from here, or is another one than it should be."""

    template = "{address}: {reason}"
    advice = (
        "Fetch that file on a machine that reaches the address, check its sha256 against the"
        " release notes, unpack it, and name the folder in BESU_HOME. Nothing was unpacked here."
    )


class NodePortTaken(NodeError):
    """Somebody else listens where a node should."""

    template = "port {port}, for {purpose} of {node}, is taken by another program"
    advice = "End that program, or found the network with --base-port; 0 takes free ports."


class NodeDidNotStart(NodeError):
    """A node ended, or did not answer in time."""

    template = "{node} ended, or did not answer within {seconds} s: {log}"
    advice = "See `lodetrace network logs`; a wrong Java, a full disk or a taken port are usual."


class NoBlocks(NodeError):
    """Nodes answer, and no block is made."""

    template = "no block after {head} within {seconds} s; {answering} of {nodes} nodes answer"
    advice = (
        "A quorum of validators (two thirds, rounded up) has to run and reach each other: see"
        " `lodetrace network status` and the bad day in docs/operators.md. After a long halt the"
        " validators' round timers are long; waiting helps. Blocks that look old may be a wrong"
        " clock of this machine."
    )


class NodeSilent(NodeError):
    """A node that does not answer, or refuses the question."""

    template = "{node} does not answer at {url}: {reason}"
    advice = "Start it with `lodetrace network up`; `lodetrace network logs` says why it ended."


class OtherGenesis(NodeError):
    """A node on another chain than the record says."""

    template = "{node} has genesis {actual}, the record says {recorded}"
    advice = "Its data belongs to another network. Restore a backup, or reset the node."


class NodeRuns(Refused):
    """Something that must not be done to a running node."""

    template = "{node} runs"
    advice = "Stop it with `lodetrace network down`, or add --restart: stop, do it, start again."


class ExposureRefused(Refused):
    """A bind beyond loopback that would give away the node."""

    template = "{what} on {host}: {reason}"
    advice = (
        "Keep a validator's RPC on 127.0.0.1 and let clients ask a node of --role rpc, which"
        " answers beyond loopback by TLS to holders of a token."
    )


class ValidatorMalformed(InputError):
    """No address of 20 bytes."""

    template = "{text!r} is no address"
    advice = "Write 0x and 40 hexadecimal digits, as `lodetrace network status` shows them."


class EnodeMalformed(InputError):
    """No address of a node."""

    template = "{text!r} is no enode address: {reason}"
    advice = "Write enode://PUBLIC_KEY@HOST:PORT, as the other operator's join shows it."


class VoteUnneeded(Refused):
    """A vote for what is already so."""

    template = "{address} is {state}"
    advice = "Nothing was proposed; see `lodetrace network validator votes`."


class QuorumEndangered(Refused):
    """A removal that leaves too few validators to bear a fault."""

    template = "removing {address} leaves {left} validators, which bear no fault"
    advice = "Add another validator first, or repeat with --yes if you mean it."


class NetworkBundleRefused(Refused):
    """A bundle that is not what a network hands out."""

    template = "{path}: {reason}"
    advice = "Ask the operator who made it for another one, and compare its digest by telephone."


class BackupRefused(Refused):
    """A backup that is damaged or does not belong here."""

    template = "{path}: {reason}"
    advice = "Take another backup. Nothing was put in place."
