"""What each binding does, in the words of the screen or the widget that has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.binding import Binding, BindingType


def binding_words() -> Mapping[str, str]:
    """Return what each binding does, by its name. Imports every screen."""
    return {each.id: _lowered(each.description) for each in all_bindings() if each.id}


def all_bindings() -> Iterator[Binding]:
    """Yield the bindings of the app, of every screen and of every widget of ours."""
    for bindings in _lists():
        for each in bindings:
            assert isinstance(each, Binding)  # tuples have no names
            yield each


def _lists() -> Iterator[list[BindingType]]:
    from app.screen_keys import SCREEN_KEYS
    from app.screens import (
        alerts,
        ask_line,
        choose,
        compare,
        doctor,
        exchange,
        exchanges,
        experiment,
        history,
        jobs,
        keyed_desk,
        keys,
        local_models,
        models,
        pick_provider,
        pick_several,
        setting_input,
        setting_pick,
        settings,
        stats,
        strategies,
        themes,
    )
    from app.screens import (
        help as help_,
    )
    from widgets import (
        composer,
        cursor_view,
        find_bar,
        history_list,
        pick_view,
        searching_view,
        selecting_view,
        stacked_columns,
        transcript,
    )

    yield SCREEN_KEYS
    yield keyed_desk.KeyedDesk.BINDINGS
    yield composer.Composer.BINDINGS
    yield cursor_view.CursorView.BINDINGS
    yield selecting_view.SelectingView.BINDINGS
    yield searching_view.SearchingView.BINDINGS
    yield transcript.Transcript.BINDINGS
    yield find_bar.FindBar.BINDINGS
    yield history.HistoryScreen.BINDINGS
    yield history_list.HistoryList.BINDINGS
    yield stats.StatsScreen.BINDINGS
    yield stacked_columns.StackedColumns.BINDINGS
    yield pick_view.PickView.BINDINGS
    yield exchanges.ExchangesScreen.BINDINGS
    yield exchange.ExchangeScreen.BINDINGS
    yield settings.SettingsScreen.BINDINGS
    yield setting_input.SettingInputScreen.BINDINGS
    yield setting_pick.SettingPickScreen.BINDINGS
    yield keys.KeysScreen.BINDINGS
    yield models.ModelsScreen.BINDINGS
    yield local_models.LocalModelsScreen.BINDINGS
    yield alerts.AlertsScreen.BINDINGS
    yield experiment.ExperimentScreen.BINDINGS
    yield compare.CompareScreen.BINDINGS
    yield jobs.JobsScreen.BINDINGS
    yield doctor.DoctorScreen.BINDINGS
    yield themes.ThemesScreen.BINDINGS
    yield strategies.StrategiesScreen.BINDINGS
    yield help_.HelpScreen.BINDINGS
    yield ask_line.AskLineScreen.BINDINGS
    yield choose.ChooseScreen.BINDINGS
    yield pick_provider.PickProviderScreen.BINDINGS
    yield pick_several.PickSeveralScreen.BINDINGS


def _lowered(words: str) -> str:
    """Return a description as it goes on in a line: API keys keep their capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
