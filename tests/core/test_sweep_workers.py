"""Sweeps on PostgreSQL: what one worker writes the others see."""

from __future__ import annotations

from contextlib import contextmanager

import optuna
import psycopg
from optuna.storages import RDBStorage


@contextmanager
def storage(url):
    """A connection of its own to a database of sweeps, closed at the end."""
    opened = RDBStorage(url)
    try:
        yield opened
    finally:
        opened.engine.dispose()


def test_a_study_that_one_made_another_joins_and_sees_its_trials(postgresql_url):
    with storage(postgresql_url) as mine, storage(postgresql_url) as theirs:
        made = optuna.create_study(storage=mine, study_name="λ", direction="maximize")
        joined = optuna.load_study(storage=theirs, study_name="λ")
        made.tell(made.ask({"lam": optuna.distributions.FloatDistribution(0, 10)}), 0.75)
        assert joined.best_value == 0.75
        assert joined.best_params == made.best_params


def test_the_database_of_one_test_is_none_of_another(postgresql_server):
    first, second = postgresql_server.new_database(), postgresql_server.new_database()
    with storage(first) as mine, storage(second) as theirs:
        optuna.create_study(storage=mine, study_name="sweep")
        assert optuna.get_all_study_names(theirs) == []


def test_the_server_of_the_tests_listens_to_no_network(postgresql_url):
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
