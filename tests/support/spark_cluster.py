"""A Spark cluster on this machine: a standalone master and two workers on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

START_SECONDS = 60
# These processes live for a minute: the thorough compiler and a parallel collector would cost more than they give.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"


def spark_is_missing() -> str:
    """Return why Spark cannot run here; empty if it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed: make spark"
    return "" if shutil.which("java") else "Spark needs Java: apt install default-jre-headless"


@contextlib.contextmanager
def spark_session(folder: Path) -> Iterator[Any]:
    """Yield a session on a cluster of its own, which is gone afterwards."""
    from pyspark.sql import SparkSession

    with _cluster(folder) as url:
        builder = SparkSession.builder.master(url).appName("csat tests")
        options = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.executor.memory": "512m",
            # One executor: the other worker's takes its place. Each would load and compile all of Spark.
            "spark.cores.max": "1",
            "spark.sql.shuffle.partitions": "1",
            # Otherwise each part of a query is a job, after which the rest is planned again.
            "spark.sql.adaptive.enabled": "false",
            "spark.locality.wait": "0s",
            # Many small files become one task.
            "spark.sql.files.openCostInBytes": "1024",
            "spark.sql.files.minPartitionNum": "1",
            # Queries of a few rows: compiling their code takes longer than to interpret it.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.driver.extraJavaOptions": JAVA,
            "spark.executor.extraJavaOptions": JAVA,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.log.level": "ERROR",
        }
        for name, value in options.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            session.stop()


def kill_workers() -> None:
    """Kill the workers of this process's clusters, and with them their executors."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "org.apache.spark.deploy.worker.Worker" in process.cmdline():
                process.kill()


@contextlib.contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    port = _free_port()
    url = f"spark://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        stack.enter_context(_process(folder, "master.Master", "--port", str(port), "--webui-port", "0"))
        _wait_for(port)
        for _ in range(2):
            worker = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder)]
            stack.enter_context(_process(folder, "worker.Worker", *worker, url))
        yield url


@contextlib.contextmanager
def _process(folder: Path, role: str, *options: str) -> Iterator[None]:
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    command = [str(program), f"org.apache.spark.deploy.{role}", "--host", "127.0.0.1", *options]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_JAVA_OPTS": JAVA}
    with (folder / "spark.log").open("a") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise TimeoutError("the Spark master did not start")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
