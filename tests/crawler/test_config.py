"""newsarchive.toml: what it may say, and edits that leave the operator's words alone."""

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import config, toml_lists
from crawler.config import Config, State
from crawler.errors import ConfigError, UsageError

LISTS = ["enabled", "paused", "retired"]


def write(folder: Path, text: str) -> Path:
    path = folder / "newsarchive.toml"
    path.write_bytes(text.encode())
    return path


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    assert config.load(tmp_path) == Config(contact="", enabled=(), paused=(), retired=())


@pytest.mark.parametrize("contact", ["archive@example.org", "https://example.org/about?x=1"])
def test_the_file_that_init_writes(tmp_path: Path, contact: str) -> None:
    text = config.default_text(contact)
    write(tmp_path, text)
    assert config.load(tmp_path) == Config(contact=contact)
    for key in config.SETTINGS:
        assert f"# {key.help}\n{key.name} = " in text


@pytest.mark.parametrize("contact", ["", "me", "a@b\nX-Evil: 1", "http://", "example.org", "Lan <lan@example.org>"])
def test_a_contact_that_nobody_can_write_to(contact: str) -> None:
    with pytest.raises(UsageError, match="must be a mail address, or a web address"):
        config.default_text(contact)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("enabld = []", 'enabld: no such key (did you mean "enabled"?); allowed: contact, enabled, paused, retired'),
        ('enabled = "baohatinh"', 'enabled = "baohatinh": must be a list of texts'),
        ("enabled = [1]", "enabled[1] = 1: must be a text in quotes"),
        ("contact = 1", "contact = 1: must be a mail address"),
        ('contact = "me"', 'contact = "me": must be a mail address'),
        ('enabled = ["a"]\npaused = ["a"]', '"a" is in enabled and paused: a source can be in one of them'),
        ("enabled = [", "not TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path)
    assert said in str(caught.value) and str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "newsarchive.toml").write_bytes(b"contact = '\xff'")
    with pytest.raises(ConfigError, match="cannot be read as UTF-8"):
        config.load(tmp_path)


def test_enable_pause_retire(tmp_path: Path) -> None:
    write(tmp_path, config.default_text("a@example.org"))
    config.set_enabled(tmp_path, ["baohatinh", "hanoimoi", "hanoimoi"], State.ENABLED)
    config.set_enabled(tmp_path, ["hanoimoi", "izabacninh"], State.PAUSED)
    config.set_enabled(tmp_path, ["izabacninh"], State.RETIRED)
    found = config.load(tmp_path)
    assert found == Config(
        contact="a@example.org", enabled=("baohatinh",), paused=("hanoimoi",), retired=("izabacninh",)
    )
    assert [found.state(slug) for slug in ("baohatinh", "izabacninh", "other")] == [State.ENABLED, State.RETIRED, None]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["newsarchive.toml"]


COMMENTED = """\
# mine
contact = "a@example.org"   # Lan

enabled = [   # see the wiki
    # the north
    "baohatinh",  # asked for by Lan
    'hanoimoi',
    # the south
    "baolamdong"  # until May
]
# what is it with this one?
paused = ["x"]  # one
"""


def test_comments_stay_and_go_along(tmp_path: Path) -> None:
    path = write(tmp_path, COMMENTED)
    config.set_enabled(tmp_path, ["baohatinh", "hanoimoi"], State.PAUSED)
    config.set_enabled(tmp_path, ["x"], State.RETIRED)
    assert (
        path.read_text()
        == """\
# mine
contact = "a@example.org"   # Lan

enabled = [
    # see the wiki
    # the north
    # the south
    "baolamdong",  # until May
]
# what is it with this one?
paused = [
    "baohatinh",  # asked for by Lan
    "hanoimoi",
]  # one
retired = ["x"]
"""
    )


def test_nothing_changes_where_nothing_is_to_change(tmp_path: Path) -> None:
    path = write(tmp_path, COMMENTED)
    before = path.stat().st_mtime_ns
    config.set_enabled(tmp_path, ["baohatinh"], State.ENABLED)
    assert path.read_text() == COMMENTED and path.stat().st_mtime_ns == before


def test_a_list_that_is_not_there_goes_before_the_first_table() -> None:
    text = 'contact = ""\r\n# about alarms\r\n[alarms]\r\nenabled = ["mail"]\r\n'
    assert toml_lists.move(text, ["x"], to="enabled", lists=LISTS) == (
        'contact = ""\r\nenabled = ["x"]\r\n\r\n# about alarms\r\n[alarms]\r\nenabled = ["mail"]\r\n'
    )
    assert toml_lists.move("", ["x"], to="enabled", lists=LISTS) == 'enabled = ["x"]\n'
    assert toml_lists.move("a = 1", ["x"], to="enabled", lists=LISTS) == 'a = 1\nenabled = ["x"]\n'


def test_what_cannot_be_edited_is_left_alone(tmp_path: Path) -> None:
    before = 'enabled = ["""a"""]\n'
    path = write(tmp_path, before)
    with pytest.raises(ConfigError, match=r'write enabled = \["x"\] by hand'):
        config.set_enabled(tmp_path, ["x"], State.ENABLED)
    assert path.read_text() == before


@pytest.mark.parametrize(
    "text",
    [
        'note = """\nenabled = []\n"""\nenabled = ["a"]\n',
        'note = """\n[enabled]\n"""\n',
        'note = """\n[enabled]\n"""\nenabled = ["a"]\n',
        "enabled = [1]\n",
    ],
)
def test_text_that_only_looks_like_a_list_or_a_table(text: str) -> None:
    with pytest.raises(ValueError):
        toml_lists.move(text, ["x"], to="enabled", lists=LISTS)


def test_only_an_archive_has_settings(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newsarchive init"):
        config.set_enabled(tmp_path, ["x"], State.ENABLED)
    assert list(tmp_path.iterdir()) == []


def test_the_file_keeps_its_rights_and_its_place(tmp_path: Path) -> None:
    real = tmp_path / "etc"
    real.mkdir()
    path = write(real, 'contact = ""\n')
    path.chmod(0o640)
    (tmp_path / "newsarchive.toml").symlink_to(path)
    config.set_enabled(tmp_path, ["x"], State.ENABLED)
    assert (tmp_path / "newsarchive.toml").is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640 and config.load(real).enabled == ("x",)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, COMMENTED)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        config.set_enabled(tmp_path, ["x"], State.ENABLED)
    assert path.read_text() == COMMENTED and len(list(tmp_path.iterdir())) == 1


SLUGS = st.lists(st.sampled_from(["a", "b-1", "baohatinh", "x" * 60]), unique=True, max_size=3)
SPACES = st.sampled_from(["", " ", "\n", "\n  ", "  # why, \"so\" [it] 'is'\n", "\n# own line\n"])


@st.composite
def files(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.sampled_from(["# note", "", 'contact = "a@b"  # c']), unique=True))
    for name in draw(st.permutations(LISTS)):
        if draw(st.booleans()):
            items = [f'{draw(SPACES)}"{slug}"{draw(SPACES)}' for slug in draw(SLUGS)]
            lines.append(f"{name} = [{','.join(items)}{draw(SPACES)}]  # behind {name}")
    return "\n".join([*lines, *draw(st.sampled_from([[], ["# about", "[table]", "enabled = [1]"]]))]) + "\n"


@given(files(), SLUGS, st.sampled_from(LISTS))
def test_any_edit_says_what_it_should_and_keeps_every_comment(text: str, slugs: list[str], to: str) -> None:
    before = tomllib.loads(text)
    edited = toml_lists.move(text, slugs, to=to, lists=LISTS)
    after = tomllib.loads(edited)
    for name in LISTS:
        kept = [slug for slug in before.get(name, []) if name == to or slug not in slugs]
        added = [slug for slug in slugs if slug not in kept] if name == to else []
        assert after.get(name, []) == kept + added
    assert {key: value for key, value in after.items() if key not in LISTS} == {
        key: value for key, value in before.items() if key not in LISTS
    }
    assert edited.count("#") >= text.count("#") - len(set(slugs))
    assert toml_lists.move(edited, slugs, to=to, lists=LISTS) == edited
