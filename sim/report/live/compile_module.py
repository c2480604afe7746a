"""Compile the engine's loop to WebAssembly, from numba's own translation of the Python sources.

::

    python -m sim.report.live.compile_module

writes ``engine.wasm.gz`` and ``engine.json`` beside this file. It needs the extra ``live``, which
brings a linker, and takes two or three minutes. `sim.report.live.module` reads what it wrote, and
uses it only with the very sources that it was made of.

Numba's code is made for addresses of 64 bits, and the sizes of its structures are written into it.
So it is first optimized for WebAssembly with 64-bit addresses, after which every place in a
structure is a number of bytes; then it is moved to 32 bits, which all browsers run: addresses
become narrower, and everything stays where it was. No step may reorder arithmetic, so the module
gives the numbers of the machine code, bit by bit.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import llvmlite.binding as llvm
import numba
from numba.core.compiler_lock import global_compiler_lock

from sim.core.numba_support import NEWEST_KNOWN, USES_INTERNALS
from sim.core.sources import model_version
from sim.engine.compiled.engine import CompiledEngine
from sim.engine.compiled.loop import advance
from sim.errors import CommandError
from sim.model.build import build_world
from sim.model.policy.entitlements import policy_tables
from sim.scenario.reading.load import from_mapping

if USES_INTERNALS:
    from sim.core.numba_linking import module_of

__all__ = [
    "IMPORTED", "advance_ir", "compile_module", "entry_ir", "is_usable", "linked", "main",
    "narrowed", "optimized", "portable",
]  # fmt: skip

FOLDER = Path(__file__).resolve().parent

_WIDE, _NARROW = "wasm64-unknown-unknown", "wasm32-unknown-unknown"
_FEATURES = "+bulk-memory,+sign-ext,+nontrapping-fptoint"
_STACK_BYTES = 1 << 20

# Arrays that compiled code makes for itself are allocated here, one above the other. Once none is
# in use any more, the next begins at the bottom again: the loop makes them for a review at a time.
_RUNTIME = """
@top = internal global i64 0
@bottom = internal global i64 0
@in_use = internal global i64 0
declare double @llvm.sqrt.f64(double)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define double @sqrt(double %x) alwaysinline {
  %root = call double @llvm.sqrt.f64(double %x)
  ret double %root
}
define internal i8 @drop_reference(ptr %count) alwaysinline {
  %before = load i64, ptr %count, align 8
  %after = sub i64 %before, 1
  store i64 %after, ptr %count, align 8
  %none = icmp eq i64 %after, 0
  %last = zext i1 %none to i8
  ret i8 %last
}
define void @begin_scratch(i64 %at) {
  store i64 %at, ptr @top
  store i64 %at, ptr @bottom
  store i64 0, ptr @in_use
  ret void
}
define internal i64 @taken(i64 %size) {
  %at = load i64, ptr @top
  %up = add i64 %size, 63
  %whole = and i64 %up, -64
  %next = add i64 %at, %whole
  store i64 %next, ptr @top
  ret i64 %at
}
define noalias ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 %align) noinline {
  %used = load i64, ptr @in_use
  %more = add i64 %used, 1
  store i64 %more, ptr @in_use
  %info_at = call i64 @taken(i64 64)
  %data_at = call i64 @taken(i64 %size)
  %info = inttoptr i64 %info_at to ptr
  %data = inttoptr i64 %data_at to ptr
  call void @llvm.memset.p0.i64(ptr %info, i8 0, i64 64, i1 false)
  store i64 1, ptr %info
  %data_field = getelementptr i8, ptr %info, i64 24
  store ptr %data, ptr %data_field
  %size_field = getelementptr i8, ptr %info, i64 32
  store i64 %size, ptr %size_field
  ret ptr %info
}
define noalias ptr @NRT_MemInfo_new_varsize_dtor(i64 %size, ptr %dtor) noinline {
  %info = call ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 32)
  ret ptr %info
}
define void @NRT_MemInfo_call_dtor(ptr %info) noinline {
  %used = load i64, ptr @in_use
  %less = sub i64 %used, 1
  store i64 %less, ptr @in_use
  %none = icmp eq i64 %less, 0
  br i1 %none, label %rewind, label %done
rewind:
  %at = load i64, ptr @bottom
  store i64 %at, ptr @top
  br label %done
done:
  ret void
}
"""
_PROVIDED = (
    "sqrt", "NRT_MemInfo_call_dtor", "NRT_MemInfo_alloc_aligned", "NRT_MemInfo_new_varsize_dtor",
)  # fmt: skip
# The remainder of a division is exact, so that of JavaScript is the same; nothing else is imported.
IMPORTED = ("fmod",)
_ATOMIC = re.compile(
    r"(?:tail )?call i8 @llvm\.x86\.atomic\.sub\.cc\.i64"
    r"\(ptr (?:nonnull )?(%[\w.]+), i64 1, i32 4\)"
)
_ANY = {"name": "Any", "people": {"count": 50}, "policies": {"equal": {}}}


def is_usable() -> bool:
    """Return whether this numba is the newest one known: of others the texts may differ."""
    newest = ".".join(map(str, NEWEST_KNOWN))
    return USES_INTERNALS and numba.__version__.startswith(f"{newest}.")


def advance_ir() -> tuple[str, str]:
    """Return the loop with all that it calls as LLVM's text, not yet optimized, and its name.

    Raises
    ------
    CommandError
        If this is not the newest release of numba that is known.
    """
    if not is_usable():
        newest = ".".join(map(str, NEWEST_KNOWN))
        raise CommandError(f"numba {numba.__version__}: the module is made with numba {newest}")
    scenario = from_mapping(_ANY)
    tables = policy_tables(scenario, "equal")
    engine = CompiledEngine(scenario, tables, build_world(scenario, tables, 0))
    kinds = tuple(numba.typeof(one) for one in (engine.world, engine._state, 1, False))
    return entry_ir(advance, kinds)


def entry_ir(function: Any, kinds: tuple[Any, ...]) -> tuple[str, str]:
    """Return a compiled function for these types with all that it calls, and its name in there."""
    # What is compiled to be linked into callers has all that it calls, and nothing for Python.
    part = function.linked_part()
    with global_compiler_lock:
        part.compile(kinds)
        compiled = part.overloads[kinds]
        whole = module_of(compiled)
    return str(whole), compiled.fndesc.llvm_func_name


def portable(ir: str) -> str:
    """Return the text without what only x86 and Python's process have."""
    ir = _ATOMIC.sub(r"call i8 @drop_reference(ptr \1)", ir)
    ir = re.sub(r"^declare i8 @llvm\.x86\.atomic.*$", "", ir, flags=re.M)
    ir = re.sub(rf"^declare .*@({'|'.join(_PROVIDED)})\(.*$", "", ir, flags=re.M)
    ir = re.sub(r"^declare .*@llvm\.(sqrt\.f64|memset\.p0\.i64)\(.*$", "", ir, flags=re.M)
    ir = ir.replace(" common local_unnamed_addr global", " weak local_unnamed_addr global")
    ir = ir.replace(" common global", " weak global")
    return re.sub(r'"target-(cpu|features)"="[^"]*"', "", ir) + _RUNTIME


def _machine(triple: str) -> Any:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(opt=3, features=_FEATURES)


def _aimed(ir: str, triple: str, machine: Any) -> Any:
    """Return a module of the text, for a machine."""
    ir = re.sub(r"^target triple = .*$", f'target triple = "{triple}"', ir, flags=re.M)
    layout = f'target datalayout = "{machine.target_data}"'
    module = llvm.parse_assembly(re.sub(r"^target datalayout = .*$", layout, ir, flags=re.M))
    module.verify()
    return module


def _optimize(module: Any, machine: Any, level: int) -> None:
    tuning = llvm.create_pipeline_tuning_options(speed_level=level)
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = False
    passes = llvm.create_pass_builder(machine, tuning)
    manager = passes.getModulePassManager()
    if level == 3:
        manager.add_refprune_pass()  # numba's: counts of references that cancel each other
    manager.run(module, passes)
    module.verify()


def optimized(ir: str, entry: str) -> str:
    """Return the text optimized for 64-bit addresses, with the entry alone to be called."""
    machine = _machine(_WIDE)
    module = _aimed(ir, _WIDE, machine)
    kept = {entry, "begin_scratch"}
    for part in (*module.functions, *module.global_variables):
        if not part.is_declaration and part.name not in kept:
            part.linkage = "internal"
    module.get_function(entry).linkage = "external"
    _optimize(module, machine, 3)
    return str(module)


_ALLOCA = re.compile(r"alloca ([^\n]*?)(?:, align (\d+))?$", re.M)
_POINTERS_INSIDE = re.compile(
    r"getelementptr [a-z ]*(?:\{[^}\n]*ptr[^}\n]*\}|ptr,|\[[^\]\n]*ptr\])"
)


def narrowed(ir: str) -> str:
    """Return the text for 32-bit addresses, everything as large and where it was at 64."""
    if found := _POINTERS_INSIDE.search(ir):
        raise CommandError(f"a place among addresses is not yet a number of bytes: {found[0]}")
    wide = _machine(_WIDE).target_data
    named = "".join(f"{line}\n" for line in re.findall(r"^%[\w\".]+ = type .*$", ir, flags=re.M))

    def as_bytes(found: re.Match[str]) -> str:
        probe = llvm.parse_assembly(f"@probe = external global {found[1]}\n{named}")
        kind = probe.get_global_variable("probe").global_value_type
        size = kind.get_abi_size(wide) if hasattr(kind, "get_abi_size") else wide.get_abi_size(kind)
        return f"alloca [{size} x i8], align {max(8, int(found[2] or 8))}"

    return _ALLOCA.sub(as_bytes, ir)


def _object(ir: str) -> bytes:
    machine = _machine(_NARROW)
    module = _aimed(narrowed(ir), _NARROW, machine)
    _optimize(module, machine, 2)
    return bytes(machine.emit_object(module))


def linked(ir: str, entry: str) -> bytes:
    """Return the WebAssembly of the loop, with `begin_scratch`; it imports its memory and ``fmod``.

    Parameters
    ----------
    ir, entry : str
        As of `advance_ir`.

    Raises
    ------
    CommandError
        If there is no linker, or it fails: what the loop calls is then not all there.
    """
    if find_spec("ziglang") is None:
        raise CommandError("no linker for WebAssembly: pip install 'evenhand[live]'")
    compiled = _object(optimized(portable(ir), entry))
    with TemporaryDirectory(prefix="evenhand-") as scratch:
        source, target = Path(scratch) / "engine.o", Path(scratch) / "engine.wasm"
        source.write_bytes(compiled)
        _link(source, target, entry)
        return target.read_bytes()


def _link(source: Path, target: Path, entry: str) -> None:
    imported = source.with_suffix(".imports")
    imported.write_text("".join(f"{name}\n" for name in IMPORTED), encoding="utf-8")
    flags = ["--no-entry", "--gc-sections", "--strip-all", "--import-memory", "--stack-first"]
    exports = [f"--export={name}" for name in (entry, "begin_scratch", "__heap_base")]
    limits = ["-z", f"stack-size={_STACK_BYTES}", f"--allow-undefined-file={imported}"]
    words = [str(source), "-o", str(target), *flags, *exports, *limits]
    done = subprocess.run(
        [sys.executable, "-m", "ziglang", "wasm-ld", *words], capture_output=True, text=True
    )
    if done.returncode:
        raise CommandError(f"the linker failed: {done.stderr.strip()[-2000:]}")


def compile_module(folder: Path = FOLDER) -> None:
    """Write ``engine.wasm.gz`` and ``engine.json`` into a folder.

    The same sources, numba and linker give the same bytes.

    Raises
    ------
    CommandError
        As `advance_ir` and `linked`.
    """
    ir, entry = advance_ir()
    code = linked(ir, entry)
    facts = {"model_version": model_version(), "entry": entry}
    (folder / "engine.wasm.gz").write_bytes(gzip.compress(code, 9, mtime=0))
    (folder / "engine.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Compile the module into this folder, and return the exit code."""
    try:
        compile_module()
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
