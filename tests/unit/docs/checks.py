"""What a page says that is not so. Each check gives one line for each lie."""

import importlib.util
import re
import shlex
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import yaml

from tests.unit.docs import facts
from tests.unit.docs.facts import MADE_AT_SETUP, PROGRAMS, ROOT
from tests.unit.docs.pages import Page

ELLIPSES = ("…", "...")
OPERATORS = {"|", "||", "&", "&&", ";", "(", ")"}
REDIRECTIONS = {"<", ">", ">>", ">&", "<<"}
KNOWN_ENDINGS = (".py", ".sol", ".yaml", ".toml", ".md", ".circom")
_ASSIGNMENT = re.compile(r"[A-Z][A-Z0-9_]*=.*", re.DOTALL)
_CAMEL = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+")
_CALL = re.compile(r"([A-Z]\w+)\.([a-z]\w*)(?:\(.*\))?")
_ROUTE = re.compile(r"\bGET (/[^\s`|,;)]*)")


def false_commands(page: Page) -> Iterator[str]:
    """Targets, commands, options, modules, scripts and addresses of the gateway."""
    for number, text in page.shell_lines:
        for words in _segments(text):
            yield from (f"{number}: {lie}" for lie in _command(words))
    for number, span in page.spans:
        words = _bare(_words(span))
        if len(words) > 1 and (_program(words[0]) or words[0].startswith("scripts/")):
            yield from (f"{number}: {lie}" for lie in _command(words))


def false_variables(page: Page) -> Iterator[str]:
    for line in page.lines:
        for name in re.findall(r"\bLODETRACE_[A-Z_]*[A-Z]\b", line.text):
            if name not in facts.variables():
                yield f"{line.number}: nothing reads {name}"


def false_routes(page: Page) -> Iterator[str]:
    for line in page.lines:
        for path in _ROUTE.findall(line.text):
            if not facts.is_route(urlsplit(path.rstrip(".:")).path):
                yield f"{line.number}: no route GET {path}"


def false_roles(page: Page) -> Iterator[str]:
    """Roles in tables of roles, in prose, and in the YAML of members."""
    for row in page.rows:
        if row.heads[0] == "role":
            yield from _unknown(row.number, "role", [row.cells[0].strip("`")], facts.roles())
    for line in page.prose:
        said = re.findall(r"`(\w+)`(?: or the `(\w+)`| or `(\w+)`)? role|roles? `(\w+)`", line.text)
        named = [name for names in said for name in names if name]
        yield from _unknown(line.number, "role", named, facts.roles())
    for line in page.lines:
        if line.block == "yaml" and (listed := re.match(r"\s*(roles:\s*\[[^\]]*\])", line.text)):
            named = [name.lower() for name in yaml.safe_load(listed[1])["roles"]]
            yield from _unknown(line.number, "role", named, facts.roles())


def false_names(page: Page) -> Iterator[str]:
    """Errors, events, contracts and classes; functions of contracts."""
    for number, span in page.spans:
        if _CAMEL.fullmatch(span) and span not in facts.names():
            yield f"{number}: nothing is called {span}"
        call = _CALL.fullmatch(span)
        if call and facts.functions(call[1]) and call[2] not in facts.functions(call[1]):
            yield f"{number}: {call[1]} has no function {call[2]}"


def false_paths(page: Page) -> Iterator[str]:
    """Files and folders in inline code."""
    for number, span in page.spans:
        if " " not in span and not _path_exists(span.removeprefix("./")):
            yield f"{number}: no file {span}"


def false_links(page: Page) -> Iterator[str]:
    for number, target in page.links:
        name, _, anchor = target.partition("#")
        path = (page.path.parent / name).resolve() if name else page.path
        if not path.exists():
            yield f"{number}: no file {target}"
        elif anchor and anchor not in (Page.read(path) if name else page).anchors:
            yield f"{number}: no heading {target}"


def false_defaults(page: Page) -> Iterator[str]:
    """Tables of settings whose second column is the default."""
    known = facts.settings()
    for row in page.rows:
        if row.heads[:2] != ("setting", "default"):
            continue
        setting = known.get(row.cells[0].strip("`"))
        if setting and row.cells[1].replace("`", "") != setting.default:
            yield f"{row.number}: {setting.name} is {setting.default} by default"


def relative_exports(page: Page) -> Iterator[str]:
    """A file or folder that is exported as a relative path means another one in another folder."""
    for number, text in page.shell_lines:
        if text.lstrip().startswith("export "):
            for name, value in re.findall(r"(\w+)=([\w.-]+/\S*)", text):
                yield f"{number}: relative to wherever it is read: {name}={value}"


def broken_spans(page: Page) -> Iterator[str]:
    """Inline code that begins in one line and ends in the next."""
    for line in page.prose:
        if line.text.count("`") % 2:
            yield f"{line.number}: inline code goes on in the next line"


CHECKS = (
    false_commands,
    false_variables,
    false_routes,
    false_roles,
    false_names,
    false_paths,
    false_links,
    false_defaults,
    relative_exports,
    broken_spans,
)


def _unknown(number: int, what: str, named: Sequence[str], known: set[str]) -> Iterator[str]:
    for name in named:
        if name not in known:
            yield f"{number}: no {what} {name}"


def _segments(text: str) -> Iterator[list[str]]:
    """The commands of a line, each as its words, without redirections."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split, lexer.commenters = True, "#"
    words: list[str] = []
    skip = False
    for token in lexer:
        if token in OPERATORS:
            yield words
            words = []
        elif token in REDIRECTIONS:
            skip = True
        elif not skip:
            words.append(token)
        else:
            skip = False
    yield words


def _command(words: list[str]) -> Iterator[str]:
    words = _bare(words)
    if not words:
        return
    program, rest = _program(words[0]), words[1:]
    if program == "make":
        yield from _make(rest)
    elif program in PROGRAMS:
        yield from _walk(program, PROGRAMS[program], rest)
    elif program == "python":
        yield from _python(rest)
    elif program == "brownie":
        yield from _brownie(rest)
    elif program == "curl":
        yield from _curl(rest)
    if words[0].startswith("scripts/") and not (ROOT / words[0]).is_file():
        yield f"no script {words[0]}"


def _bare(words: list[str]) -> list[str]:
    """The command without assignments and words of the shell before it."""
    while words and (_ASSIGNMENT.fullmatch(words[0]) or words[0] in ("export", "time", "exec")):
        words = words[1:]
    return words


def _program(word: str) -> str | None:
    """A program that is looked at: by its name, its path in an environment, or our wrapper."""
    name = word.rsplit("/", 1)[-1]
    if name == "brownie.sh":
        return "brownie"
    if re.fullmatch(r"python3?(\.\d+)?", name):
        return "python"
    return name if name in (*PROGRAMS, "make", "brownie", "curl") else None


def _make(words: list[str]) -> Iterator[str]:
    for word in words:
        if word.startswith("ARGS="):
            yield from _brownie(shlex.split(word.removeprefix("ARGS=")))
        elif re.fullmatch(r"[a-z][a-z-]*", word) and word not in facts.targets():
            yield f"no target: make {word}"


def _walk(said: str, command: object, words: list[str]) -> Iterator[str]:
    """Sub-commands down to the last, then its options."""
    below = getattr(command, "commands", None)
    if below is None:
        yield from _options(said, command, words)
        return
    if not words or words[0] in ELLIPSES:
        return
    if words[0].startswith("-"):
        yield from _options(said, command, words)
        return
    for name in words[0].split("|"):
        if name not in below:
            yield f"no command: {said} {name}"
        else:
            yield from _walk(f"{said} {name}", below[name], words[1:])


def _options(said: str, command: object, words: list[str]) -> Iterator[str]:
    known = {"--help"}
    for parameter in getattr(command, "params", ()):
        known |= {*parameter.opts, *parameter.secondary_opts}
    for word in words:
        option = word.strip("[],").split("=")[0]
        if re.fullmatch(r"--?[a-z][a-z-]*", option) and option not in known:
            yield f"no option: {said} {option}"


def _python(words: list[str]) -> Iterator[str]:
    if words[:1] == ["-m"] and len(words) > 1 and not _runs(words[1]):
        yield f"no module: python -m {words[1]}"
    if words and words[0].endswith(".py") and not (ROOT / words[0]).is_file():
        yield f"no program: python {words[0]}"


def _runs(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    if path.is_dir():
        return (path / "__main__.py").is_file()
    if path.with_suffix(".py").is_file():
        return '__name__ == "__main__"' in path.with_suffix(".py").read_text("utf-8")
    return "." not in module and importlib.util.find_spec(module) is not None


def _brownie(words: list[str]) -> Iterator[str]:
    if words[:1] == ["run"] and len(words) > 1 and not words[1].endswith(ELLIPSES):
        path = words[1].removesuffix(".py")
        if not (ROOT / f"{path}.py").is_file():
            yield f"no script: brownie run {words[1]}"


def _curl(words: list[str]) -> Iterator[str]:
    for word in words:
        address = urlsplit(word)
        if address.hostname == "127.0.0.1" and not facts.is_route(address.path or "/"):
            yield f"no route: {word}"


def _path_exists(span: str) -> bool:
    """True for whatever does not look like a path of the repository."""
    first, slash, _ = span.partition("/")
    if first in MADE_AT_SETUP or "{" in span:
        return True
    if slash and (ROOT / first).is_dir():
        return any(ROOT.glob(re.sub(r"<[^>]*>|…", "*", span).rstrip("/")))
    if not slash and span.endswith(KNOWN_ENDINGS) and re.fullmatch(r"[\w.-]+", span):
        return span in facts.file_names()
    return True


def _words(span: str) -> list[str]:
    try:
        return shlex.split(span)
    except ValueError:  # an apostrophe is no quotation
        return span.split()
