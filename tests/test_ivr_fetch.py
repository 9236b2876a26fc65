"""`sakhi model fetch` against a real local HTTP server: resume, checksum, careful unpacking."""

import hashlib
import io
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.__main__ import main
from ivr.fetch import FetchError, download, install, model_name

FILES = {"am/final.mdl": b"m" * 300_000, "graph/HCLr.fst": b"h", "graph/Gr.fst": b"g", "conf/model.conf": b""}


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MODEL = packed({f"vosk-model-small-hi/{name}": content for name, content in FILES.items()})


@dataclass
class Site:
    """What the server serves, how it misbehaves, and what it was asked."""

    content: bytes = MODEL
    etag: str = '"1"'
    cut_after: list[int] = field(default_factory=list)
    """For each request in turn: bytes sent before the line is cut."""
    ranges: bool = True
    status: int = 200
    asked: list[str | None] = field(default_factory=list)
    """The Range header of each request."""
    url: str = ""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            site.asked.append(wanted)
            if site.status != 200:
                self.send_error(site.status)
                return
            fresh = self.headers.get("If-Range", site.etag) == site.etag
            start = int(wanted[6:-1]) if wanted and site.ranges and fresh else 0
            if start >= len(site.content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(site.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = site.content[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}"
                )
            self.send_header("ETag", site.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: site.cut_after.pop(0)] if site.cut_after else body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_port}/models/vosk-model-small-hi.zip"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def sakhi(folder: Path, *words: str) -> Result:
    config = folder / "config.yaml"
    config.write_text("model: models/hi-small\n")
    return CliRunner().invoke(main, ["--config", str(config), "model", "fetch", *words])


def quiet(done: int, total: int | None) -> None:
    pass


def test_a_model_is_fetched_checked_and_installed(tmp_path: Path) -> None:
    with serving(Site()) as site:
        result = sakhi(tmp_path, site.url, "--sha256", hashlib.sha256(MODEL).hexdigest())
    assert result.exit_code == 0, result.output
    target = tmp_path / "models" / "vosk-model-small-hi"
    assert {str(p.relative_to(target)): p.read_bytes() for p in target.rglob("*") if p.is_file()} == FILES
    assert list(target.parent.iterdir()) == [target]
    assert f"model: {target}" in result.output


def test_a_cut_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    part, seen = tmp_path / "m.part", []
    with serving(Site(cut_after=[100_000, 50_000])) as site:
        download(site.url, part, lambda done, total: seen.append((done, total)), pause=0)
    assert part.read_bytes() == MODEL
    assert site.asked == [None, "bytes=100000-", "bytes=150000-"]
    assert seen[-1] == (len(MODEL), len(MODEL))


def test_a_second_run_goes_on_where_the_first_gave_up(tmp_path: Path) -> None:
    part = tmp_path / "m.part"
    with serving(Site(cut_after=[70_000])) as site:
        with pytest.raises(FetchError, match="run the same command again: it goes on at byte 70000"):
            download(site.url, part, quiet, tries=1)
        download(site.url, part, quiet, tries=1)
    assert part.read_bytes() == MODEL
    assert site.asked == [None, "bytes=70000-"]


def test_a_file_changed_on_the_server_is_fetched_from_its_start(tmp_path: Path) -> None:
    part = tmp_path / "m.part"
    with serving(Site(cut_after=[70_000])) as site:
        with pytest.raises(FetchError):
            download(site.url, part, quiet, tries=1)
        site.content, site.etag = MODEL[::-1], '"2"'
        download(site.url, part, quiet, tries=1)
    assert part.read_bytes() == MODEL[::-1]


def test_a_server_without_ranges_starts_again(tmp_path: Path) -> None:
    part = tmp_path / "m.part"
    with serving(Site(cut_after=[70_000], ranges=False)) as site:
        download(site.url, part, quiet, pause=0)
    assert part.read_bytes() == MODEL


def test_a_download_that_was_whole_already_is_not_fetched_again(tmp_path: Path) -> None:
    part = tmp_path / "m.part"
    part.write_bytes(MODEL)
    with serving(Site()) as site:
        download(site.url, part, quiet)
    assert part.read_bytes() == MODEL


def test_a_part_longer_than_the_file_is_fetched_afresh(tmp_path: Path) -> None:
    part = tmp_path / "m.part"
    part.write_bytes(MODEL + b"more")
    with serving(Site()) as site:
        download(site.url, part, quiet, pause=0)
    assert part.read_bytes() == MODEL


def test_a_wrong_address_says_so_at_once(tmp_path: Path) -> None:
    with serving(Site(status=404)) as site:
        result = sakhi(tmp_path, site.url)
    assert result.exit_code == 2
    assert "the server answers 404" in result.output
    assert len(site.asked) == 1


def test_a_server_in_trouble_is_tried_again(tmp_path: Path) -> None:
    with serving(Site(status=503)) as site, pytest.raises(FetchError, match="503"):
        download(site.url, tmp_path / "m.part", quiet, tries=3, pause=0)
    assert len(site.asked) == 3


def test_a_wrong_checksum_installs_nothing_and_starts_afresh_next_time(tmp_path: Path) -> None:
    with serving(Site()) as site:
        result = sakhi(tmp_path, site.url, "--sha256", "0" * 64)
    assert result.exit_code == 2
    assert "its SHA-256 is" in result.output
    assert list((tmp_path / "models").iterdir()) == []


def test_a_local_zip_is_installed_under_the_name_asked_and_kept(tmp_path: Path) -> None:
    archive = tmp_path / "m.zip"
    archive.write_bytes(packed(FILES))
    assert sakhi(tmp_path, str(archive), "--name", "mine").exit_code == 0
    assert (tmp_path / "models/mine/am/final.mdl").is_file()
    assert archive.exists()


def test_a_model_is_never_put_over_another(tmp_path: Path) -> None:
    archive = tmp_path / "mine.zip"
    archive.write_bytes(packed(FILES))
    assert sakhi(tmp_path, str(archive)).exit_code == 0
    again = sakhi(tmp_path, str(archive))
    assert again.exit_code == 2
    assert "exists already" in again.output


def link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("m/graph")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a zip", "cannot be unpacked"),
        (MODEL[:-200], "cannot be unpacked"),
        (MODEL.replace(b"mmmm", b"mmmn", 1), "cannot be unpacked"),
        (packed({"../evil": b"x", **FILES}), "outside its folder"),
        (packed({"/evil": b"x", **FILES}), "outside its folder"),
        (packed({"a\\..\\..\\evil": b"x", **FILES}), "outside its folder"),
        (packed({"C:evil": b"x", **FILES}), "outside its folder"),
        (link(), "is a link"),
        (packed({"readme": b"x"}), "holds no Vosk model"),
    ],
)
def test_a_bad_archive_leaves_nothing_behind(tmp_path: Path, content: bytes, said: str) -> None:
    archive = tmp_path / "m.zip"
    archive.write_bytes(content)
    with pytest.raises(FetchError, match=said):
        install(archive, tmp_path / "model")
    assert list(tmp_path.iterdir()) == [archive]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.fetch.LARGEST", 300_000)
    archive = tmp_path / "m.zip"
    archive.write_bytes(MODEL)
    with pytest.raises(FetchError, match="more than a model can be"):
        install(archive, tmp_path / "model")


def test_the_name_comes_from_the_file() -> None:
    assert model_name("https://example.org/a/vosk-model-hi-0.22.zip?x=1") == "vosk-model-hi-0.22"
    with pytest.raises(FetchError, match="--name"):
        model_name("https://example.org/")
