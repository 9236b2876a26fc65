"""Whether Asterisk is fit for Sakhi: its version, its modules, its configuration as it has it now.

Each check yields findings (`ivr.finding`) and never raises for a fault it looks for.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.finding import Finding, broken, fine, warning
from ivr.line.manager import ManagerDown, Refused, connected
from ivr.line.secret import NoSecret, secret_of
from ivr.line.service import CONTEXT
from ivr.sections import Line, Outbound, Settings

PATIENCE = 20.0
"""Seconds that Asterisk has to answer."""
HANDS_ON_KEYS = {20: (20, 14), 21: (21, 9), 22: (22, 4)}
"""The first version of each branch that hands on keys over AudioSocket
(https://github.com/asterisk/asterisk/pull/1138); later branches all do."""
MODULES = (
    "app_audiosocket",
    "app_exec",
    "app_playback",
    "app_userevent",
    "chan_pjsip",
    "codec_alaw",
    "format_wav",
    "pbx_config",
    "res_audiosocket",
)
KEY_MODES = frozenset({"rfc4733", "inband", "auto", "auto_info"})
FORBIDDEN = {
    "Command": {"Command": "core show version"},
    "GetConfig": {"Filename": "manager.conf"},
    "ModuleCheck": {"Module": "app_system"},
    "Originate": {"Channel": "Local/s@none", "Application": "System", "Data": "true"},
    "Getvar": {"Variable": "SHELL(true)"},
}
"""Actions that Sakhi does not need, and what is harmlessly asked of them: its user must be refused each."""
REFUSALS = re.compile("permission|privilege|forbidden", re.I)
LOOPBACK = re.compile(r"127\.|::1$|localhost$")


@dataclass(frozen=True, slots=True)
class Asterisk:
    """The Asterisk of this machine, asked through its own program."""

    program: str
    """The program."""
    folder: Path
    """Its configuration."""

    def version(self) -> str:
        """What `asterisk -V` says. Raises OSError and SubprocessError."""
        return self._ran("-V")

    def told(self, command: str) -> str:
        """The answer of the Asterisk that runs. Raises OSError and SubprocessError, also when none runs."""
        return self._ran("-C", str(self.folder / "asterisk.conf"), "-rx", command)

    def _ran(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.program, *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE
        )
        return done.stdout


def examine(settings: Settings, asterisk: Asterisk) -> Iterator[Finding]:
    """Every finding about Asterisk, as the settings would have Sakhi use it."""
    line = settings.line
    yield from check_version(asterisk)
    yield from check_manager_conf(asterisk.folder / "manager.conf", line.manager_port)
    try:
        loaded = asterisk.told("module show")
    except (OSError, subprocess.SubprocessError) as error:
        mend = "start it (`systemctl start asterisk`), then run `sakhi line install` again"
        yield broken("Asterisk", f"it does not run, or does not answer this user: {error}", mend)
        return
    yield from check_modules(loaded)
    yield from check_dialplan(asterisk, line)
    yield from check_login(line)
    yield from check_endpoints(asterisk)
    yield from check_outbound(asterisk, settings.outbound)


def check_version(asterisk: Asterisk) -> Iterator[Finding]:
    """Whether keys come over AudioSocket."""
    try:
        said = asterisk.version().strip()
    except (OSError, subprocess.SubprocessError) as error:
        yield broken("version", f"`{asterisk.program} -V`: {error}", "install Asterisk: see docs/line.md")
        return
    found = re.search(r"(\d+)\.(\d+)", said)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    first = HANDS_ON_KEYS.get(version[0], (min(HANDS_ON_KEYS), 0))
    if version >= first:
        yield fine("version", said)
        return
    yield broken(
        "version",
        f"{said or 'unknown'} does not hand on keys over AudioSocket: no PIN, no answer by keys",
        "install 20.14, 21.9, 22.4 or later: see docs/line.md",
    )


def check_modules(loaded: str) -> Iterator[Finding]:
    """Whether the modules are loaded that the dialplan needs."""
    running = set(re.findall(r"^(\w+)\.so.*(?<!Not )Running\b", loaded, re.M))
    missing = [name for name in MODULES if name not in running]
    if missing:
        mend = "load them in modules.conf (`load = NAME.so`), or install the package that has them"
        yield broken("modules", f"not loaded: {', '.join(missing)}", mend)
    else:
        yield fine("modules", "all that are needed are loaded")


def check_manager_conf(path: Path, port: int) -> Iterator[Finding]:
    """Whether the manager interface is on, and reached from this machine alone."""
    general = _section(path, "general")
    if general.get("enabled", "no") not in ("yes", "true", "1", "on"):
        yield broken("manager.conf", "the manager is off", f"write `enabled = yes` under [general] in {path}")
    bound = general.get("bindaddr", "0.0.0.0")
    if LOOPBACK.match(bound):
        yield fine("manager.conf", f"bound to {bound}")
    else:
        mend = f"write `bindaddr = 127.0.0.1` under [general] in {path}"
        yield broken("manager.conf", f"the manager listens on {bound}, for the whole network", mend)
    if int(general.get("port", "5038")) != port:
        mend = "let `line.manager_port` in config.yaml and `port` in manager.conf be the same"
        yield broken("manager.conf", f"its port is {general.get('port', '5038')}, Sakhi's {port}", mend)
    if general.get("webenabled", "no") == "yes":
        yield warning("manager.conf", "the manager can be reached over HTTP too", "write `webenabled = no`")


def check_dialplan(asterisk: Asterisk, line: Line) -> Iterator[Finding]:
    """Whether Asterisk has taken in our part of the dialplan, and would find Sakhi."""
    mend = "look into extensions.conf, then `asterisk -rx 'dialplan reload'`"
    if f"Context '{CONTEXT}'" not in asterisk.told(f"dialplan show {CONTEXT}"):
        yield broken("dialplan", f"there is no context {CONTEXT}", mend)
        return
    at = f"{line.host}:{line.port}"
    if f"SAKHI_AT={at}" in asterisk.told("dialplan show globals"):
        yield fine("dialplan", f"calls are brought to {at}")
    else:
        yield broken("dialplan", f"the global SAKHI_AT is not {at}", mend)


def check_login(line: Line) -> Iterator[Finding]:
    """Whether Sakhi's user gets in, may do what it needs, and nothing else."""
    try:
        secret = secret_of(line.secret_file)
        with connected((line.asterisk, line.manager_port), line.manager_user, secret) as tell:
            tell("CoreShowChannels")
            allowed = [name for name, values in FORBIDDEN.items() if _is_allowed(tell, name, values)]
    except NoSecret as error:
        yield broken("manager", str(error), "see to that first")
    except (OSError, ManagerDown, Refused) as error:
        mend = "`asterisk -rx 'manager reload'`, and see that manager.conf includes sakhi/manager.conf"
        yield broken("manager", f"the user {line.manager_user} does not get in: {error}", mend)
    else:
        if allowed:
            mend = "let it have the rights that `sakhi line install` gives it, and no second section"
            yield broken("manager", f"{line.manager_user} may do too much: {', '.join(allowed)}", mend)
        else:
            yield fine("manager", f"the user {line.manager_user} gets in, and may do no more than it needs")


def _is_allowed(tell: object, action: str, values: dict[str, str]) -> bool:
    assert callable(tell)
    try:
        tell(action, **values)
    except Refused as refusal:
        return not REFUSALS.search(str(refusal))
    return True


def check_endpoints(asterisk: Asterisk) -> Iterator[Finding]:
    """Whether a trunk or gateway brings its calls here, with keys and in the right sound."""
    names = re.findall(r"^\s*Endpoint:\s+([^\s/<]+)", asterisk.told("pjsip show endpoints"), re.M)
    ours = 0
    for name in names:
        shown = asterisk.told(f"pjsip show endpoint {name}")
        options = dict(re.findall(r"^\s*(\w+)\s+: (.*?)\s*$", shown, re.M))
        if options.get("context") == CONTEXT:
            ours += 1
            yield from _endpoint(name, options)
    if not ours:
        mend = f"write `context={CONTEXT}` for your trunk or gateway: examples stand in {EXAMPLES}"
        yield warning("endpoints", "no trunk and no gateway brings calls to Sakhi", mend)


def check_outbound(asterisk: Asterisk, outbound: Outbound) -> Iterator[Finding]:
    """Whether there is an endpoint over which Sakhi can call."""
    name = re.fullmatch(r"PJSIP/(?:\{number\}@([^/]+)|([^/]+)/.*)", outbound.channel)
    if not outbound.lines or not name:
        return
    trunk = name[1] or name[2]
    if re.search(
        rf"^\s*Endpoint:\s+{re.escape(trunk)}\b", asterisk.told(f"pjsip show endpoint {trunk}"), re.M
    ):
        yield fine("calls of ours", f"go out over {trunk}")
        return
    mend = "let `outbound.channel` in config.yaml name your trunk or gateway, or `outbound.lines` be 0"
    yield warning("calls of ours", f"there is no endpoint {trunk}, over which Sakhi would call", mend)


EXAMPLES = Path(__file__).resolve().parent.parent / "asterisk"


def _endpoint(name: str, options: dict[str, str]) -> Iterator[Finding]:
    about = f"endpoint {name}"
    troubles = []
    if options.get("dtmf_mode") not in KEY_MODES:
        troubles.append((f"keys come by {options.get('dtmf_mode')}", "write `dtmf_mode=rfc4733` or `auto`"))
    if "alaw" not in options.get("allow", ""):
        troubles.append(("it may not speak A-law", "write `disallow=all` and `allow=alaw`"))
    for what, mend in troubles:
        yield broken(about, what, mend)
    if name == "anonymous":
        yield warning(about, "anybody may call", "let only your trunk in: remove [anonymous] in pjsip.conf")
    if not troubles:
        yield fine(about, f"brings calls to Sakhi; keys by {options['dtmf_mode']}")


def _section(path: Path, wanted: str) -> dict[str, str]:
    """The values of one section of a file of Asterisk's, the last of each; empty when it can't be read."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    section, found = "", {}
    for line in lines:
        text = line.partition(";")[0].strip()
        if text.startswith("["):
            section = text.partition("]")[0][1:]
        elif section == wanted and "=" in text:
            key, _, value = text.partition("=")
            found[key.strip()] = value.lstrip(">").strip()
    return found
