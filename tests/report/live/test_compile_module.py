"""The module for browsers is made of numba's own translation, by parts of numba that may change.

What an upgrade of numba or LLVM may break is named here, each by itself. Compiling it all takes
minutes, so it is done where everything is.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import llvmlite.binding as llvm
import numba
import pytest

from sim.core.compile import jitted
from sim.engine.compiled.loop import advance
from sim.report.live import module as shipped_module
from sim.report.live.compile_module import (
    compile_module,
    entry_ir,
    is_usable,
    narrowed,
    optimized,
    portable,
)
from sim.scenario.reading.load import from_mapping
from tests.report.live.node_runs import NODE, Task, differences, in_node, natively

pytestmark = pytest.mark.skipif(not is_usable(), reason="made with the newest numba known")
needs_linker = pytest.mark.skipif(find_spec("ziglang") is None, reason="no linker (extra live)")
FIRST_LINES = """\
target triple = "x86_64-unknown-linux-gnu"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64"
"""


@jitted
def _half(x: float) -> float:
    return 0.5 * x


@jitted
def _quarter(x: float) -> float:
    return _half(_half(x))


def test_numba_keeps_a_version_of_a_function_that_is_made_to_be_linked():
    assert hasattr(advance.linked_part(), "overloads")


def test_numba_links_what_is_called_before_anything_is_optimized():
    ir, entry = entry_ir(_quarter, (numba.float64,))
    defined = re.findall(r"^define .*?@\"?([^(\"]+)\"?\(", ir, flags=re.M)
    assert entry in defined
    assert sum("_half" in name for name in defined) == 1


def test_llvm_has_both_kinds_of_webassembly():
    llvm.initialize_all_targets()
    for triple in ("wasm64-unknown-unknown", "wasm32-unknown-unknown"):
        assert llvm.Target.from_triple(triple).name == triple.partition("-")[0]


def test_what_x86_counts_by_an_atomic_instruction_is_counted_by_an_ordinary_one():
    counted = "  %last = tail call i8 @llvm.x86.atomic.sub.cc.i64(ptr nonnull %count, i64 1, i32 4)"
    assert "call i8 @drop_reference(ptr %count)" in portable(f"{FIRST_LINES}{counted}\n")


def test_a_structure_with_addresses_stays_as_large_as_at_64_bits():
    ir = f"""{FIRST_LINES}
define i64 @size() {{
  %pair = alloca {{ ptr, i64, ptr }}, align 8
  %number = ptrtoint ptr %pair to i64
  ret i64 %number
}}
"""
    assert "alloca [24 x i8], align 8" in narrowed(ir)


def test_no_arithmetic_is_reordered_or_contracted():
    ir = f"""{FIRST_LINES}
define double @sum(double %a, double %b, double %c) {{
  %product = fmul double %a, %b
  %sum = fadd double %product, %c
  ret double %sum
}}
define void @begin_scratch() {{
  ret void
}}
"""
    after = optimized(ir, "sum")
    assert "fmul double" in after
    assert "fadd double" in after
    assert "llvm.fma" not in after


@pytest.mark.whole
@needs_linker
@pytest.mark.skipif(NODE is None, reason="no node")
def test_a_module_made_here_gives_the_same_numbers(tmp_path, monkeypatch):
    compile_module(tmp_path)
    monkeypatch.setattr(shipped_module, "files", lambda _: Path(tmp_path))
    shipped_module.why_not.cache_clear()
    try:
        scenario = from_mapping({"name": "Any", "months": 6, "people": {"count": 500}})
        tasks = [Task(scenario, policy) for policy in scenario.policies]
        for task, result in zip(tasks, in_node(tmp_path, tasks), strict=True):
            assert differences(result["arrays"], natively(scenario, task.policy)) == []
    finally:
        shipped_module.why_not.cache_clear()
