from __future__ import annotations

import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from storage.errors import PathsError
from storage.paths import Paths
from tests.storage.conftest import ask_python


def test_the_environment_overrides_both_places(tmp_path: Path) -> None:
    environment = {"TELEX_CONFIG": str(tmp_path / "my.toml"), "TELEX_DATA_DIR": str(tmp_path / "d")}
    paths = Paths.from_environment(environment)
    assert paths.config_file == tmp_path / "my.toml"
    assert paths.database == tmp_path / "d" / "telex.db"
    assert paths.state_file == tmp_path / "d" / "state.toml"
    assert paths.log_file == tmp_path / "d" / "telex.log"
    assert paths.models == tmp_path / "d" / "models"
    assert not paths.data_folder.exists()


def test_the_platform_decides_otherwise() -> None:
    paths = Paths.from_environment({"TELEX_CONFIG": "", "TELEX_DATA_DIR": ""})
    assert paths.config_file.name == "config.toml"
    assert "telex" in paths.config_file.parts
    assert "telex" in paths.data_folder.parts


def test_home_and_relative_paths_become_absolute() -> None:
    paths = Paths.from_environment({"TELEX_CONFIG": "~/t.toml", "TELEX_DATA_DIR": "here"})
    assert paths.config_file == Path.home() / "t.toml"
    assert paths.data_folder == Path.cwd() / "here"


def test_folders_are_created_for_this_user_alone(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "c.toml", tmp_path / "new" / "data")
    assert paths.ensure_models().is_dir()
    assert stat.S_IMODE(paths.data_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.models.stat().st_mode) == 0o700
    assert paths.ensure_data_folder() == paths.data_folder


def test_a_file_in_the_way_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(PathsError, match=r"cannot be created.*TELEX_DATA_DIR"):
        Paths(tmp_path / "c.toml", tmp_path / "data").ensure_data_folder()
    with pytest.raises(PathsError, match="cannot be created"):
        Paths(tmp_path / "c.toml", tmp_path / "data" / "below").ensure_data_folder()


_AS_A_STRANGER = """
import os, sys
from pathlib import Path
from storage.errors import PathsError
from storage.paths import Paths
if os.geteuid() == 0:  # root may write everywhere
    os.setgid(65534)
    os.setuid(65534)
try:
    Paths(Path("/c.toml"), Path(sys.argv[1])).ensure_data_folder()
except PathsError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("folder", "problem"), [("", "cannot be written to"), ("below", "cannot be created")]
)
def test_a_folder_without_permission_is_a_typed_error(folder: str, problem: str) -> None:
    # Not below tmp_path, which only its owner may enter.
    with TemporaryDirectory() as closed:
        Path(closed).chmod(0o555)
        said = ask_python(_AS_A_STRANGER, str(Path(closed) / folder))
    assert problem in said
    assert "TELEX_DATA_DIR" in said


@pytest.mark.parametrize(
    "module", ["storage.paths", "storage.config_file", "storage.state_file", "storage.keys"]
)
def test_what_is_imported_before_the_first_paint_is_light(module: str) -> None:
    heavy = (
        "sqlite3 sqlite_utils keyring platformdirs tomli_w textual asyncio openai groq anthropic"
    )
    out = ask_python(
        "import sys, types\n"
        # The package's own __init__ is the core's business; its modules are what counts here.
        "core = types.ModuleType('providers'); core.__path__ = ['providers']\n"
        "sys.modules['providers'] = core\n"
        f"import {module}; print([name for name in '{heavy}'.split() if name in sys.modules])"
    )
    assert out == "[]"
