"""`.ci/setup` on machines that lack something: installed when permitted, else one clear sentence."""

import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent

PYTHON = """#!/bin/sh
# A python3 that notes what it is asked and lacks what LACKS names.
echo "python3 $*" >>"$LOG"
case "$*" in
    *version_info*) [ "$LACKS" != version ] ;;
    *"import ensurepip"*) [ "$LACKS" != venv ] || [ -e "$LOG.apt" ] ;;
    "-V") echo Python 3.9.2 ;;
    "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"import sounddevice"*) [ "$LACKS" != portaudio ] ;;
    *"pip install"*) [ "$LACKS" != network ] ;;
esac
"""
APT = """#!/bin/sh
echo "apt-get $*" >>"$LOG"
[ -e "$LOG.updated" ] || { [ "$1" = update ] && touch "$LOG.updated"; exit; }
touch "$LOG.apt"
"""


class Machine:
    """A copy of the repository on a machine with only the tools given."""

    def __init__(self, folder: Path, user: int, *, apt: bool = True) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.tools = folder / "tools"
        self.tools.mkdir()
        (folder / ".ci").mkdir()
        shutil.copy(HOUSE / ".ci" / "setup", folder / ".ci")
        shutil.copy(HOUSE / "pyproject.toml", folder)
        for tool in ("cat", "cksum", "cp", "dirname", "env", "mkdir", "touch", "sh"):
            (self.tools / tool).symlink_to(shutil.which(tool) or "")
        self.add("id", f"#!/bin/sh\necho {user}\n")
        self.add("python3", PYTHON)
        if apt:
            self.add("apt-get", APT)

    def add(self, name: str, script: str) -> None:
        (self.tools / name).write_text(script)
        (self.tools / name).chmod(0o755)

    def set_up(self, kind: str = "run", lacks: str = "") -> tuple[int, list[str]]:
        """Exit code and what was said."""
        self.log.write_text("")
        environment = {"PATH": str(self.tools), "LOG": str(self.log), "LACKS": lacks}
        ran = subprocess.run(
            [str(self.folder / ".ci" / "setup"), kind],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stderr.splitlines()

    @property
    def asked(self) -> str:
        return self.log.read_text()


@pytest.fixture
def root(tmp_path: Path) -> Machine:
    return Machine(tmp_path, user=0)


@pytest.fixture
def user(tmp_path: Path) -> Machine:
    return Machine(tmp_path, user=1000)


def test_a_fresh_machine_is_set_up_once(user: Machine) -> None:
    assert user.set_up()[0] == 0
    assert "pip install --quiet --disable-pip-version-check --editable .\n" in user.asked
    assert user.set_up() == (0, [])
    assert "install" not in user.asked


def test_testing_needs_more_than_running(user: Machine) -> None:
    user.set_up("run")
    assert user.set_up("dev")[0] == 0
    assert "--editable .[dev]" in user.asked
    assert user.set_up("run") == (0, [])


def test_changed_dependencies_are_installed_anew(user: Machine) -> None:
    user.set_up()
    (user.folder / "pyproject.toml").write_text("[project]\n")
    user.set_up()
    assert "pip install" in user.asked


def test_root_gets_the_missing_venv_package_from_apt(root: Machine) -> None:
    assert root.set_up(lacks="venv")[0] == 0
    assert "apt-get update" in root.asked
    assert root.asked.count("install -y -qq --no-install-recommends python3-venv") == 2


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ("venv", "sakhi setup: the package python3-venv is missing; run: sudo apt-get install python3-venv"),
        ("version", "sakhi setup: Python 3.11 or newer is needed, this is Python 3.9.2; use Debian 12"),
        ("network", "sakhi setup: pip could not install the packages above"),
    ],
)
def test_a_user_without_sudo_reads_one_sentence(user: Machine, lacks: str, said: str) -> None:
    code, lines = user.set_up(lacks=lacks)
    assert code == 1
    assert lines[-1].startswith(said)
    assert "apt-get" not in user.asked


def test_a_missing_python_is_named(user: Machine) -> None:
    (user.tools / "python3").unlink()
    code, lines = user.set_up()
    assert code == 1
    assert lines == ["sakhi setup: python3 is missing; run: sudo apt-get install python3 python3-venv"]


def test_no_sound_library_is_no_reason_to_stop(user: Machine) -> None:
    code, lines = user.set_up(lacks="portaudio")
    assert code == 0
    assert "libportaudio2" in lines[-1]


def test_the_sound_server_of_the_tests_comes_from_apt_and_only_for_testing(root: Machine) -> None:
    assert root.set_up("run")[0] == 0
    assert "pulseaudio" not in root.asked
    assert root.set_up("dev")[0] == 0
    assert "pulseaudio pulseaudio-utils libasound2-plugins" in root.asked


def test_the_database_of_the_tests_comes_from_apt_and_only_for_testing(root: Machine) -> None:
    root.add("ls", "#!/bin/sh\nexit 1\n")
    assert root.set_up("run")[0] == 0
    assert "postgresql" not in root.asked
    assert root.set_up("dev")[0] == 0
    assert "--no-install-recommends postgresql\n" in root.asked


def test_no_database_is_no_reason_to_stop(user: Machine) -> None:
    code, lines = user.set_up("dev")
    assert code == 0
    assert any("apt-get install postgresql" in line for line in lines)


def test_no_sound_server_is_no_reason_to_stop(user: Machine) -> None:
    code, lines = user.set_up("dev")
    assert code == 0
    assert "pulseaudio" in lines[-1]


def test_a_system_without_apt_reads_the_same_sentence(tmp_path: Path) -> None:
    code, lines = Machine(tmp_path, user=0, apt=False).set_up(lacks="venv")
    assert code == 1
    assert "python3-venv is missing" in lines[-1]
