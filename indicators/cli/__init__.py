"""The command line: arguments, then the library, then a report, then an exit status.

Exit status: 0 nothing at or above ``--fail-on``, 1 findings, 2 the job could not be done, 70 the program itself failed,
130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from indicators import __version__
from indicators.cli.chinese import Group, explain_usage_error
from indicators.errors import IndicatorsError, system_reason
from indicators.text import clean

__all__ = ["app", "main"]

_COMMANDS = {
    "check": ("indicators.cli.checking", "check", "检查文件中的绩效目标表，列出问题和评分"),
    "extract": ("indicators.cli.checking", "extract", "只提取绩效目标表，不检查"),
    "rank": ("indicators.cli.ranking", "rank", "按阅读价值给绩效目标表排序"),
    "annotate": ("indicators.cli.annotating", "annotate", "在原文件副本上标注问题"),
    "diff": ("indicators.cli.living", "diff", "比较两次检查结果"),
    "compare": ("indicators.cli.living", "compare", "比较同一部门两个年度的绩效目标"),
    "accept": ("indicators.cli.living", "accept", "接受一条问题，写明理由和期限"),
    "batch": ("indicators.cli.batching", "batch", "批量检查，结果存库，可中断续跑"),
    "summary": ("indicators.cli.batching", "summary", "汇总库中的结果"),
    "duplicates": ("indicators.cli.batching", "duplicates", "查找库中雷同的目标和套用的指标"),
    "outliers": ("indicators.cli.batching", "outliers", "查找库中与同类差别很大的表"),
    "suggest": ("indicators.cli.classifying", "suggest", "为空泛的指标推荐具体的写法"),
    "score": ("indicators.cli.classifying", "score", "给指标清单判定具体程度，逐条或按部门等汇总"),
    "review": ("indicators.cli.reviewing", "review", "打开审核页面：拖入文件、逐条处理、发意见、核对改后的文件"),
    "letter": ("indicators.cli.lettering", "letter", "按结果库里的处理意见写审核意见"),
    "decide": ("indicators.cli.reviewing", "decide", "把 Excel 里填的处理意见读回结果库"),
    "rules": ("indicators.cli.ruling", "rules", "列出全部规则"),
    "explain": ("indicators.cli.ruling", "explain", "解释一条规则：为什么、怎么改、正反例"),
    "test-rules": ("indicators.cli.living", "test_rules", "运行本地规则自带的正反例"),
    "train": ("indicators.cli.classifying", "train", "重新训练具体性模型"),
    "evaluate": ("indicators.cli.classifying", "evaluate", "评估具体性模型"),
    "help": ("indicators.cli.helping", "help_on", "显示一个命令或一条规则的说明"),
    "doctor": ("indicators.cli.helping", "doctor", "体检：版本、可选组件、模型、磁盘"),
    "completion": ("indicators.cli.helping", "completion", "打印命令补全的脚本"),
    "version": ("indicators.cli.ruling", "version", "显示版本"),
}


@click.group(
    cls=Group,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="预算绩效目标质量检查：从 PDF、Word、Excel、文本中找出每张绩效目标表，按规则检查、评分、出报告。全程离线。",
)
@click.version_option(__version__, "-V", "--version", message="indicators %(version)s", help="显示版本并退出。")
def app() -> None:
    """Hold the commands."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Parameters
    ----------
    argv
        Arguments without the program name; ``None`` = those of the process.
    """
    if not _utf8_streams():
        click.echo("错误：标准输出是关闭的，结果无处可写", err=True)
        return _leave(2, argv)
    try:
        result = app.main(args=list(argv) if argv is not None else None, prog_name="indicators", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("已中断。", err=True)
        return _leave(130, argv)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx is not None else "indicators"
        click.echo(f"错误：{explain_usage_error(error)}\n用“{command} --help”查看用法。", err=True)
        return _leave(2, argv)
    except IndicatorsError as error:
        click.echo(clean(f"错误：{error}"), err=True)
        return _leave(2, argv)
    except BrokenPipeError:
        # The reader went away (| head); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _leave(0, argv)
    except OSError as error:
        where = f"{error.filename}：" if error.filename else ""
        click.echo(clean(f"错误：{where}{system_reason(error)}"), err=True)
        return _leave(2, argv)
    except Exception as error:
        click.echo(f"错误：{_crash(error)}", err=True)
        return _leave(70, argv)
    return _leave(result if isinstance(result, int) else 0, argv)


def _crash(error: Exception) -> str:
    """Return what is said where the program itself failed: enough to report it, and nothing of the documents."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "indicators" in frame.filename]
    place = f"{Path(ours[-1].filename).name} 第 {ours[-1].lineno} 行" if ours else "未知位置"
    if os.environ.get("INDICATORS_TRACEBACK"):
        traceback.print_exception(error)
    return (
        f"程序内部出错（{type(error).__name__}，{place}），没有给出结果；处理办法：请把这句话反馈给维护者；"
        "设环境变量 INDICATORS_TRACEBACK=1 再运行可得到细节"
    )


def _leave(status: int, argv: Sequence[str] | None) -> int:
    if argv is None:
        sys.exit(status)
    return status


def _utf8_streams() -> bool:
    """Print Chinese whatever the code page; a pipe or file gets UTF-8, for programs read it.

    Returns whether there is anywhere to print to. A closed stream is opened to nowhere, so that no store or report gets
    its place and the messages of a library with it.
    """
    open_ = sys.stdout is not None
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the program
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream, "reconfigure"):
            continue
        encoding = (getattr(stream, "encoding", "") or "").lower().replace("-", "")
        if not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        elif encoding in ("gb18030", "gbk", "cp936"):
            stream.reconfigure(errors="replace")
        elif encoding != "utf8":
            stream.reconfigure(encoding="utf-8", errors="replace")
    return open_


if __name__ == "__main__":
    main()
