"""Settings: one order of precedence, and for each value the place that it comes from."""

from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Effective, EngineOptions, SettingsError, load_settings


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(text: str | None = None, environment: dict[str, str] | None = None, **command_line: Any) -> Effective:
    if text is not None:
        Path("sepal.yaml").write_text(text, "utf-8")
    return load_settings(None, environment or {}, command_line)


class TestPrecedence:
    def test_without_anything_the_defaults_hold(self) -> None:
        effective = load()
        assert (effective.settings.host, effective.settings.port) == ("127.0.0.1", 8080)
        assert set(effective.origins) == set(type(effective.settings).model_fields)
        assert effective.origins["port"] == "default"

    def test_the_command_line_comes_before_the_environment_before_the_file_before_the_default(self) -> None:
        text, environment = "port: 1\nhost: ::1\nthreads: 3", {"SEPAL_PORT": "2", "SEPAL_HOST": "localhost"}
        effective = load(text, environment, port=4)
        settings = effective.settings
        assert (settings.port, settings.host, settings.threads) == (4, "localhost", 3)
        assert effective.origins["port"] == "command line"
        assert effective.origins["host"] == "environment (SEPAL_HOST)"
        assert effective.origins["threads"] == "sepal.yaml"
        assert effective.origins["policy"] == "default"

    def test_options_that_were_not_given_and_empty_variables_do_not_count(self) -> None:
        effective = load("port: 1", {"SEPAL_PORT": "", "OTHER_PORT": "7", "SEPAL_UNKNOWN": "x"}, port=None)
        assert effective.settings.port == 1

    def test_variables_are_read_as_the_type_of_their_setting(self) -> None:
        environment = {"SEPAL_DETECTION_TIMEOUT": "2.5", "SEPAL_STATE_DIR": "state", "SEPAL_MAX_BODY_BYTES": "2048"}
        effective = load(None, environment)
        assert effective.settings.detection_timeout == 2.5
        assert effective.settings.max_body_bytes == 2048
        assert effective.state_dir == Path("state").absolute()

    def test_a_file_named_on_the_command_line_is_read_instead(self, directory: Path) -> None:
        Path("sepal.yaml").write_text("port: 1")
        other = directory / "other.yaml"
        other.write_text("port: 2")
        effective = load_settings(other, {})
        assert (effective.settings.port, effective.origins["port"]) == (2, str(other))

    @pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeffport: 8080\n"])
    def test_an_empty_file_changes_nothing(self, text: str) -> None:
        assert load(text).settings.port == 8080


class TestPlaces:
    def test_recognizers_named_in_the_file_lie_beside_it_and_others_where_they_are_said_to(
        self, directory: Path
    ) -> None:
        (directory / "elsewhere").mkdir()
        config = directory / "elsewhere" / "sepal.yaml"
        config.write_text("recognizers: mine.yaml")
        assert load_settings(config, {}).settings.recognizers == directory / "elsewhere" / "mine.yaml"
        variable = {"SEPAL_RECOGNIZERS": "mine.yaml"}
        assert load_settings(config, variable).settings.recognizers == Path("mine.yaml")

    def test_a_policy_named_in_the_file_is_looked_for_beside_it(self, directory: Path) -> None:
        there = directory / "conf"
        there.mkdir()
        (there / "mine.yaml").write_text("x")
        (there / "s.yaml").write_text("policy: mine.yaml")
        assert load_settings(there / "s.yaml", {}).settings.policy == str(there / "mine.yaml")
        assert load_settings(there / "s.yaml", {"SEPAL_POLICY": "mine.yaml"}).settings.policy == "mine.yaml"

    def test_so_is_a_shadow_and_there_is_none_unless_one_is_named(self, directory: Path) -> None:
        (directory / "conf").mkdir()
        (directory / "conf" / "next.yaml").write_text("x")
        (directory / "conf" / "s.yaml").write_text("shadow: next.yaml")
        effective = load_settings(directory / "conf" / "s.yaml", {})
        assert effective.settings.shadow == str(directory / "conf" / "next.yaml")
        assert load("shadow: strict").settings.shadow == "strict"
        assert load("", {"SEPAL_SHADOW": "other.yaml"}).settings.shadow == "other.yaml"
        assert load("").settings.shadow is None

    def test_a_ready_made_policy_keeps_its_name(self) -> None:
        assert load("policy: default").settings.policy == "default"

    def test_a_local_state_directory_is_used_and_named_as_the_reason(self, directory: Path) -> None:
        (directory / ".sepal").mkdir()
        effective = load()
        assert effective.state_dir == directory / ".sepal"
        assert effective.origins["state_dir"] == "default (.sepal in the current directory)"


class TestDestinations:
    def test_options_become_overrides_without_what_was_not_said(self) -> None:
        text = "destinations: {local: {engine: openai, base_url: 'http://127.0.0.1:1/v1', model: m}, swarm: {}}"
        assert load(text).overrides() == {
            "local": {"engine": "openai", "base_url": "http://127.0.0.1:1/v1", "model": "m"},
            "swarm": {},
        }

    @pytest.mark.parametrize("field", ["clearance", "trusted", "name"])
    def test_what_the_policy_alone_decides_is_no_option(self, field: str) -> None:
        assert field not in EngineOptions.model_fields
        with pytest.raises(SettingsError, match=rf"sepal\.yaml:1:24: unknown setting `destinations\.local\.{field}`"):
            load(f"destinations: {{local: {{{field}: restricted}}}}")

    def test_the_environment_can_not_set_them(self) -> None:
        environment = {"SEPAL_DESTINATIONS": "{swarm: {base_url: 'http://elsewhere/v1'}}"}
        assert load(None, environment).overrides() == {}


WRONG = [
    ("port: abc", "sepal.yaml:1:7: `port` is 'abc'; expected a valid integer"),
    ("host: x\nport: 99999", "sepal.yaml:2:7: `port` is '99999'; expected less than or equal to 65535"),
    ("prot: 1", "sepal.yaml:1:1: unknown setting `prot`; did you mean `port`?"),
    ("Port: 1", "sepal.yaml:1:1: unknown setting `Port`; did you mean `port`?"),
    ("5: x", "sepal.yaml:1:1: unknown setting `5`; expected one of"),
    ("port: null", "sepal.yaml:1:7: `port` is 'null'; expected a valid integer"),
    ("detection_timeout: 0", "sepal.yaml:1:20: `detection_timeout` is '0'; expected greater than 0"),
    ("max_body_bytes: 1", "sepal.yaml:1:17: `max_body_bytes` is '1'"),
    ("destinations: [a]", "sepal.yaml:1:15: `destinations` is"),
    ("destinations: {local: }", "sepal.yaml:1:22: `destinations.local` is ''; expected a mapping"),
    ("destinations: {local: {modle: x}}", "sepal.yaml:1:24: unknown setting `destinations.local.modle`; did you mean"),
    ("destinations: {l: {engine: llama}}", "sepal.yaml:1:28: `destinations.l.engine` is 'llama'; expected 'llama.cpp'"),
    ("destinations: {s: {initial_peers: 5}}", "sepal.yaml:1:35: `destinations.s.initial_peers` is '5'"),
    ("- a", "sepal.yaml:1:1: the file must be a mapping; start with `port: 8080`"),
    ("port: 1\nport: 2", "sepal.yaml:2:1: `port` stands here a second time"),
    ("\tport: 1", "sepal.yaml:1:1: not valid YAML: a tab stands here"),
    ("port: 1\0", "sepal.yaml:1:8: not valid YAML: the character U+0000"),
    ("policy: 2020-13-45", "sepal.yaml:1:9: this looks like a number or date"),
    ("port: " + "9" * 5000, "sepal.yaml:1:7: this looks like a number"),
    ("port: " + "[" * 5000, "sepal.yaml:1:38: the file is nested too deeply"),
    ("policy: !!python/object/apply:os.system [id]", "sepal.yaml:1:9: tags"),
    ("a: &a [x]\nport: *a", "sepal.yaml:2:7: aliases"),
    ("port: {", "sepal.yaml:1:8: not valid YAML"),
]


@pytest.mark.parametrize(("text", "message"), WRONG, ids=[text[:20] for text, _ in WRONG])
def test_a_mistake_in_the_file_says_where_it_stands_and_what_to_write(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(text)
    assert str(caught.value).startswith(message)


def test_a_mistake_elsewhere_names_the_variable_or_the_command_line() -> None:
    with pytest.raises(SettingsError, match=r"^environment \(SEPAL_PORT\): `port` is 'x'; expected a valid integer"):
        load("port: 1", {"SEPAL_PORT": "x"})
    with pytest.raises(SettingsError, match=r"^command line: `port` is '-1'"):
        load("port: 1", port=-1)


def test_a_key_pasted_in_the_place_of_its_variable_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        load("destinations: {local: {api_key_env: [sk-live-0123456789]}}")
    assert "sk-live" not in str(caught.value)


def test_a_file_that_can_not_be_read_says_why(directory: Path) -> None:
    for path in (directory / "none.yaml", directory):
        with pytest.raises(SettingsError, match="can't be read"):
            load_settings(path, {})
    (directory / "sepal.yaml").write_bytes("policy: Größe".encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load()
