"""An Airflow 3 DAG: every Monday a pull, then the report of the week that the run is about.

Put it into the DAGs folder; CSAT_HOME is where .env, csat.duckdb and .venv are. The week comes from the run, not
from the clock: a run cleared or backfilled later makes the report of its own week, with the same numbers.
"""

from __future__ import annotations

import datetime as dt

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

CSAT_HOME = "/srv/csat"
ZONE = "Europe/Berlin"
# The interval of a run is the week before it; %G-W%V is its ISO week.
WEEK = "{{ data_interval_start.in_timezone('" + ZONE + "').strftime('%G-W%V') }}"

with DAG(
    dag_id="csat_weekly",
    # Named in full: a plain cron string gives no interval in Airflow 3.
    schedule=CronDataIntervalTimetable("15 6 * * 1", timezone=ZONE),
    start_date=pendulum.datetime(2026, 11, 2, tz=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": dt.timedelta(minutes=10)},
    tags=["csat"],
):
    pull = BashOperator(task_id="pull", cwd=CSAT_HOME, bash_command=".venv/bin/csat pull")
    report = BashOperator(
        task_id="report",
        cwd=CSAT_HOME,
        bash_command=f".venv/bin/csat report --week {WEEK} --email manager@example.com",
    )
    pull >> report
