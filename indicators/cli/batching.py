"""``batch``, ``summary``, ``duplicates`` and ``outliers``: many documents and what their store says."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicators.cli.checking import (
    CONFIG,
    IGNORE,
    NO_CONFIG,
    NO_OCR,
    OUTPUT,
    PREVIEW,
    QUIET,
    READER,
    RULES,
    SELECT,
    check_settings,
    load_settings,
    read_options,
)
from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE
from indicators.cli.tables import TABLE_FORMAT, write_table
from indicators.errors import ConfigError

if TYPE_CHECKING:
    from indicators.batch import Finder, Limits, Summary
    from indicators.batch.run import WorkersFactory
    from indicators.batch.tasks import Task

__all__ = ["batch", "duplicates", "outliers", "summary"]

STORE = click.option("--store", required=True, help="结果库：文件路径，或数据库地址（postgresql://…）。")
LIMIT = click.option("--limit", type=click.IntRange(min=1), help="只列前几行。")


@click.command(
    cls=Command,
    help="批量检查，结果存库。路径可以是文件、文件夹、通配符、zip 压缩包或网络地址（s3://…）。"
    "随时可以中断（Ctrl-C、断电），再次运行同一命令即从中断处继续，只检查新的和改动过的文件。"
    "全部完成返回 0，有文件没能检查返回 1，无法运行返回 2，中断返回 130。",
)
@click.argument("paths", nargs=-1, metavar="路径...")
@STORE
@click.option(
    "--list",
    "lists",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="文件清单，每行一个路径；sha256sum 的输出也可以，此时逐份核对摘要。",
)
@click.option("-j", "--processes", type=click.IntRange(min=1), help="同时工作的进程数；默认等于处理器核数。")
@click.option("--time-limit", type=click.FloatRange(min=1), default=300, show_default=True, help="每份文件最多用几秒。")
@click.option(
    "--memory-limit", type=click.IntRange(min=400), default=2048, show_default=True, help="每份文件最多用多少 MB 内存。"
)
@click.option("--force", is_flag=True, help="全部重新检查。")
@click.option("--retry", is_flag=True, help="上次没能检查的文件再试一次。")
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", help="在本机或 Dask 集群上运行。")
@click.option("--scheduler", help="Dask 调度器地址，例如 tcp://10.0.0.1:8786。")
@click.option(
    "--export", type=click.Path(file_okay=False, path_type=Path), help="完成后导出 Parquet，按年度和地区分目录。"
)
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="把经过写入日志文件。")
@click.option("--no-classifier", is_flag=True, help="不用具体性模型（更快）。")
@SELECT
@IGNORE
@RULES
@CONFIG
@NO_CONFIG
@PREVIEW
@READER
@NO_OCR
@QUIET
def batch(paths: tuple[str, ...], **given: Any) -> int:
    """Judge many documents into a store."""
    from indicators.batch import run_batch
    from indicators.batch.run import default_processes
    from indicators.cli.progress import reporter
    from indicators.pipeline import Checker
    from indicators.store import open_store

    if not paths and not given["lists"] and given["export"] is None:
        raise ConfigError("没有给出要检查的文件", remedy="请给出文件、文件夹或压缩包，或用 --list 给出清单")
    settings = load_settings(
        given["config"],
        given["no_config"],
        given["packs"],
        given["select"],
        given["ignore"],
        given["preview"],
        (Path(path) for path in paths),
    )
    options = read_options(given["reader"], given["no_ocr"], not given["no_classifier"])
    check_settings(settings, Checker(config=settings, options=options))
    finder = _submissions(paths, given["lists"])
    processes = given["processes"] or default_processes()
    done: Summary | None = None
    with open_store(given["store"]) as store, _terminable():
        if paths or given["lists"]:
            with reporter(finder, given["log"], quiet=given["quiet"]) as report:
                done = run_batch(
                    finder, store, config=settings, options=options, limits=_limits(given), processes=processes,
                    workers=_workers(given), force=given["force"], retry=given["retry"], on_step=report.step,
                )  # fmt: skip
                report.finish(done, finder, store.name)
        if given["export"] is not None and (done is None or done.state == "finished"):
            from indicators.store.export import export

            counts = export(store, given["export"])
            sums = "，".join(f"{name} {count} 行" for name, count in counts.items())
            click.echo(f"已导出到 {given['export']}：{sums}", err=True)
    if done is None:
        return 0
    if done.state == "interrupted":
        return 130
    return 1 if done.failures else 0


def _submissions(paths: tuple[str, ...], lists: tuple[Path, ...]) -> Finder:
    """Return what finds the documents; outputs of this program lying among them are passed over."""
    from indicators.batch import Finder
    from indicators.report.marks import is_ours

    class Submissions(Finder):
        def __iter__(self) -> Iterator[Task]:
            for task in super().__iter__():
                if not task.member and "://" not in task.path and is_ours(Path(task.path)):
                    self.passed_over["本软件以前的输出"] += 1
                else:
                    yield task

    return Submissions(paths=paths, lists=lists)


def _limits(given: dict[str, Any]) -> Limits:
    from indicators.batch import Limits

    return Limits(seconds=given["time_limit"], megabytes=given["memory_limit"])


def _workers(given: dict[str, Any]) -> WorkersFactory | None:
    if given["engine"] == "local":
        return None
    if not given["scheduler"]:
        raise ConfigError("用 Dask 集群须给出调度器", remedy="加上 --scheduler tcp://主机:8786")
    from indicators.batch.cluster import dask_workers

    return dask_workers(given["scheduler"])


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a polite request to end (a cluster's time limit, a shutdown) stop the run as Ctrl-C does."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread: somebody else minds the signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_GROUP_WORDS = {"department": "部门", "rule": "规则", "sector": "行业", "year": "年度", "region": "地区"}
_WORDS = {
    **_GROUP_WORDS,
    "title": "问题",
    "severity": "级别",
    "documents": "文件",
    "forms": "表",
    "amount": "年度资金(元)",
    "total": "参考分",
    "specificity": "具体性",
    "errors": "错误",
    "warnings": "警告",
    "faulty": "有错误的表",
    "share_faulty": "占比",
    "findings": "次数",
    "decided": "已处理",
    "cluster": "组",
    "size": "组内数",
    "departments": "部门数",
    "likeness": "雷同度",
    "unit": "单位",
    "project": "项目",
    "message": "说明",
    "path": "文件",
    "form": "表序",
    "z": "偏离度",
    "measure": "指标",
    "value": "数值",
    "median": "同类中位数",
}


@click.command(cls=Command, help="汇总结果库：按部门、规则、行业、年度或地区。")
@STORE
@click.option(
    "--by", type=click.Choice(tuple(_GROUP_WORDS)), default="department", show_default=True, help="按什么汇总。"
)
@TABLE_FORMAT
@LIMIT
@OUTPUT
@FORCE
def summary(store: str, by: str, form: str | None, limit: int | None, output: Path | None, force: bool) -> int:
    """Sum a store up."""
    from indicators.store import open_store, queries

    with open_store(store, create=False) as opened, opened.engine.connect() as connection:
        rows = queries.summary(connection, by)
        counts = queries.statuses(connection)
    failed = sum(count for status, count in counts.items() if status != "ok")
    end = f"库中文件 {sum(counts.values())} 份" + (f"，其中 {failed} 份没能检查。" if failed else "。")
    _write(rows[:limit], form, output, force, "汇总", end)
    return 0


@click.command(cls=Command, help="查找库中跨部门照抄的目标、同一项目出现在两个部门、全部门套用模板。")
@STORE
@TABLE_FORMAT
@LIMIT
@OUTPUT
@FORCE
def duplicates(store: str, form: str | None, limit: int | None, output: Path | None, force: bool) -> int:
    """List what was found across documents."""
    from indicators.catalogue import builtin_rules
    from indicators.store import open_store, queries

    rules = builtin_rules().rules

    with open_store(store, create=False) as opened, opened.engine.connect() as connection:
        rows = list(queries.duplicates(connection))[:limit]
    for row in rows:
        row["title"] = rules[row["rule"]].title
    shown = ("title", "size", "departments", "department", "project", "message", "path", "form")
    end = f"共 {len(rows)} 处。雷同可能有正当理由（同类站所、统一部署），请人工核对。"
    _write(rows, form, output, force, "雷同", end, shown)
    return 0


@click.command(cls=Command, help="查找与同行业的表差别很大的表：资金、评分、具体性、指标条数、问题数（稳健 z 值）。")
@STORE
@click.option("--far", type=click.FloatRange(min=1), default=3.5, show_default=True, help="偏离度至少多少才列出。")
@TABLE_FORMAT
@LIMIT
@OUTPUT
@FORCE
def outliers(store: str, far: float, form: str | None, limit: int | None, output: Path | None, force: bool) -> int:
    """List forms far from those of their sector."""
    from indicators.store import open_store, queries

    with open_store(store, create=False) as opened, opened.engine.connect() as connection:
        rows = queries.outliers(connection, far=far)[:limit]
    shown = ("z", "measure", "value", "median", "sector", "department", "project", "path", "form")
    end = f"共 {len(rows)} 处。偏离不等于有误，只提示先看哪里。"
    _write(rows, form, output, force, "偏离同类的表", end, shown)
    return 0


def _write(
    rows: list[dict[str, Any]],
    form: str | None,
    output: Path | None,
    force: bool,
    title: str,
    end: str,
    shown: tuple[str, ...] = (),
) -> None:
    names = {name: _WORDS[name] for name in (shown or (rows[0] if rows else ())) if name in _WORDS}
    write_table(rows, names, form=form, output=output, force=force, title=title, end=end)
