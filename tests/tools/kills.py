"""Kill ``sim run`` and ``sim sweep`` again and again, and check that nothing is lost.

    python -m tests.tools.kills --run 100 --sweep 100
    python -m tests.tools.kills --run 0 --sweep 0 --steps 1
    python -m tests.tools.kills --run 0 --sweep 0 --together 5

The commands run in processes forked from this one, on models of a few lines, so that a kill costs
a fraction of a second. The first line kills at random instants; the second at every single step by
which the command changes the disk (a write, a sync, a rename, a removal, a new folder), before it,
after it, and in the midst of a write; the third kills nobody, and runs five commands on one folder
at once. Whenever the command is then left alone, the folder must hold
the bytes of a command that nobody disturbed, and what others put there; a command begun again must
find every run that had been reported as done; and a folder half written must say so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.cli import app
from sim.errors import ResultsError
from sim.execution.execution import Execution, Model
from sim.results import append_only
from sim.results.atomic import is_draft
from sim.studies.run.api import read
from sim.studies.sweep.folder import open_sweep
from tests.results import fake_model, fake_sweep

__all__ = ["RUN", "SWEEP", "Subject", "at_random", "at_steps", "main", "together"]

# Imported here, and not by each process anew.
import sim.report.run.page
import sim.studies.sweep.page  # noqa: F401

SECONDS_A_RUN = 0.02
OTHERS = {"note.txt": b"mine", "plots/mine.png": b"asked for"}
PASSING = ("started", "duration_seconds", "host", "versions", "sha256")


def simulate_run(scenario: Any, policy: str, replication: int) -> Any:
    time.sleep(SECONDS_A_RUN)
    return fake_model.FakeTallies(policy, replication, scenario.months)


def simulate_sweep(scenario: Any, policy: str, replication: int) -> Any:
    time.sleep(SECONDS_A_RUN)
    return fake_sweep.simulate(scenario, policy, replication)


@dataclass(frozen=True)
class Subject:
    """A command, and how its folder is opened."""

    name: str
    scenario: str
    words: tuple[str, ...]
    model: Model
    opened: Callable[[Path], Any]

    def run(self, folder: Path, log: Path, more: tuple[str, ...]) -> None:
        """Run the command in a folder; write down the runs that it reports as done."""
        os.chdir(folder)
        with log.open("ab", buffering=0) as file, Path("printed.txt").open("a") as printed:
            os.dup2(printed.fileno(), 1)
            execution = Execution(
                workers=1,
                progress=lambda done, total: file.write(f"{done} {total}\n".encode()),
                models=lambda _: self.model,
            )
            app([self.name, "my.yaml", "--out", "d", *self.words, *more], obj=execution,
                standalone_mode=False)  # fmt: skip


RUN = Subject(
    "run",
    "name: Kills\nmonths: 2\nreplications: 8\n",
    ("--quiet",),
    Model(simulate_run, fake_model.MEASURING),
    read,
)
SWEEP = Subject(
    "sweep",
    """\
name: Kills
months: 1
policies: {equal: {}, value_tiers: {}}
sweep:
  vary: {desk.pools.frontline.agents: [1, 2], behaviour.talk.retell: [0, 0.2]}
  replications: 3
""",
    (),
    Model(simulate_sweep, fake_sweep.MEASURING),
    open_sweep,
)


@dataclass
class Trap:
    """Kills this process at a step by which it changes the disk, counted from 0."""

    step: int | None = None
    after: bool = False
    steps: int = 0

    def set(self) -> None:
        """Lie in wait in this process."""
        for name in ("replace", "fsync", "unlink", "mkdir"):
            setattr(os, name, self._around(getattr(os, name)))
        append_only._write_all = self._torn(append_only._write_all)

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*words: Any, **options: Any) -> Any:
            mine = self._is_next(words[0])
            if mine and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return real(*words, **options)
            finally:
                if mine:
                    os.kill(os.getpid(), signal.SIGKILL)

        return called

    def _torn(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(file: Any, content: bytes) -> None:
            if self._is_next(file.fileno()):
                real(file, content if self.after else content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            real(file, content)

        return called

    def _is_next(self, about: Any) -> bool:
        """Count a step, and tell whether it is the one; those of plots are all alike."""
        if "plots" in str(about):
            return False
        self.steps += 1
        return self.step == self.steps - 1


@dataclass
class Scene:
    """A folder in which a command is run and killed, and what is known of it."""

    subject: Subject
    place: Path
    done: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.place / "d"

    def begin(self, trap: Trap | None = None, more: tuple[str, ...] = ()) -> int:
        """Begin the command in a process of its own, and return its number."""
        if not self.place.exists():
            self.place.mkdir()
            (self.place / "my.yaml").write_text(self.subject.scenario)
        log = self.place / "done.txt"
        log.write_bytes(b"")

        def work() -> None:
            if trap is not None:
                trap.set()
            self.subject.run(self.place, log, more)
            if trap is not None:
                (self.place / "steps.txt").write_text(str(trap.steps))

        return forked(work, self.place / "errors.txt")

    def end(self, process: int) -> bool:
        """Wait for the command's process, and tell whether it was left alone and succeeded."""
        _, status = os.waitpid(process, 0)
        lines = (self.place / "done.txt").read_text().splitlines()
        told = [tuple(map(int, line.split())) for line in lines]
        if told and told[0][0] < min(self.done, told[0][1]):
            self.complaints.append(f"{self.done} runs were finished, {told[0][0]} were found again")
        self.done = max([self.done, *(done for done, _ in told)])
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            self.complaints.append((self.place / "errors.txt").read_text()[-2000:])
        if (self.folder / "manifest.json").exists():
            self._let_others_write()
        return os.WIFEXITED(status)

    def _let_others_write(self) -> None:
        for name, content in OTHERS.items():
            path = self.folder / name
            if not path.exists() and not (self.place / "others").exists():
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
        (self.place / "others").touch()

    def check_half_written(self) -> None:
        """Check that the folder can be opened, or says that it is not finished."""
        process = forked(self._open, self.place / "errors.txt")
        if os.waitpid(process, 0)[1]:
            self.complaints.append((self.place / "errors.txt").read_text()[-2000:])

    def _open(self) -> None:
        try:
            self.subject.opened(self.folder)
        except ResultsError as error:
            if "not finished" not in str(error) and "has no manifest" not in str(error):
                raise

    def check_whole(self, undisturbed: dict[str, Any]) -> None:
        """Check that the folder is as if nobody had disturbed the command."""
        mine = contents(self.folder)
        others = {name: mine.pop(name, b"gone") for name in OTHERS}
        if (self.place / "others").exists() and others != OTHERS:
            self.complaints.append(f"what others wrote has become {others}")
        for name in sorted({*mine, *undisturbed}):
            if mine.get(name) != undisturbed.get(name):
                self.complaints.append(f"{name} is not as in an undisturbed command")
        if not (self.folder / "report.html").exists():
            self.complaints.append("there is no page")


def contents(folder: Path) -> dict[str, Any]:
    """Return what a folder holds, by name, but for times, the page, and the files of runs."""
    found: dict[str, Any] = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "runs" not in path.parts[-3:] and path.name != "report.html"
    }
    facts = json.loads(found["manifest.json"])
    hashes = facts["sha256"]
    found["manifest.json"] = [hashes] + [
        (name, fact) for name, fact in facts.items()
        if name not in (*PASSING, "manifest_sha256")]  # fmt: skip
    # A page's drafts stay for a while, since pages are also made without a lock.
    passing = ("plots/", ".report.html")
    return {name: one for name, one in found.items()
            if not (is_draft(Path(name)) and name.startswith(passing))}  # fmt: skip


def forked(work: Callable[[], None], errors: Path) -> int:
    """Do work in a process forked from this one, and return its number."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        with errors.open("w") as file:
            os.dup2(file.fileno(), 2)
            try:
                work()
                code = 0
            except BaseException:
                traceback.print_exc(file=file)
                file.flush()
    finally:
        os._exit(code)


def undisturbed(subject: Subject, place: Path) -> tuple[dict[str, Any], float, int]:
    """Run a command that nobody disturbs: its folder, its seconds, its steps."""
    scene, start = Scene(subject, place), time.monotonic()
    scene.end(scene.begin(Trap()))
    if scene.complaints:
        raise RuntimeError(scene.complaints[0])
    seconds = time.monotonic() - start
    for name in OTHERS:
        (scene.folder / name).unlink()
    steps = int((place / "steps.txt").read_text())
    return contents(scene.folder), seconds, steps


def at_random(subject: Subject, kills: int, seed: int, place: Path) -> list[str]:
    """Kill a command at random instants; return what is wrong."""
    chance = random.Random(f"{seed} {subject.name}")
    whole, seconds, _ = undisturbed(subject, place / "undisturbed")
    complaints: list[str] = []
    done = folders = 0
    while done < kills or folders == 0:
        folders += 1
        scene = Scene(subject, place / str(folders))
        while not _survives(scene, chance.uniform(0, seconds) if done < kills else None):
            done += 1
            scene.check_half_written()
        scene.check_whole(whole)
        complaints += scene.complaints
    sys.stdout.write(f"{subject.name}: {done} kills at random in {folders} folders\n")
    return complaints


def _survives(scene: Scene, seconds: float | None) -> bool:
    """Begin a command, and kill it after some seconds; tell whether it was done by then."""
    process = scene.begin()
    if seconds is not None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
            time.sleep(0.002)
        else:
            os.kill(process, signal.SIGKILL)
    return scene.end(process)


def at_steps(subject: Subject, every: int, place: Path) -> list[str]:
    """Kill a command at every so many-th of its steps, before and after; return what is wrong."""
    whole, _, steps = undisturbed(subject, place / "undisturbed")
    complaints: list[str] = []
    tried = 0
    for trap in _traps(steps, every):
        tried += 1
        scene = Scene(subject, place / f"{trap.step}-{trap.after}")
        if scene.end(scene.begin(trap)):
            complaints.append(f"step {trap.step} was not reached")
        scene.check_half_written()
        scene.end(scene.begin())
        scene.check_whole(whole)
        complaints += [f"step {trap.step}, after {trap.after}: {one}" for one in scene.complaints]
        shutil.rmtree(scene.place)
    sys.stdout.write(f"{subject.name}: {tried} kills at {steps} steps\n")
    return complaints


def together(subject: Subject, processes: int, place: Path) -> list[str]:
    """Run a command several times at once, for more and more replications; say what is wrong."""
    whole, _, _ = undisturbed(subject, place / "undisturbed")
    scene = Scene(subject, place / "together")
    begun = [scene.begin(more=("-n", str(number + 2))) for number in range(processes)]
    for process in begun:
        if os.waitpid(process, 0)[1]:
            scene.complaints.append((scene.place / "errors.txt").read_text()[-2000:])
    lines = (scene.place / "done.txt").read_text().splitlines()
    scene.done = max((int(line.split()[0]) for line in lines), default=0)
    scene.check_half_written()
    scene.end(scene.begin())
    scene.check_whole(whole)
    sys.stdout.write(f"{subject.name}: {processes} processes on one folder\n")
    return scene.complaints


def _traps(steps: int, every: int) -> Iterator[Trap]:
    for step in range(0, steps, every):
        for after in (False, True):
            yield Trap(step, after)


def main(words: list[str] | None = None) -> int:
    """Kill as often as is asked for; print what is wrong; return 1 if anything is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--run", type=int, default=100, help="kills of sim run")
    parser.add_argument("--sweep", type=int, default=100, help="kills of sim sweep")
    parser.add_argument("--steps", type=int, default=0, help="also kill at every so many-th step")
    parser.add_argument("--together", type=int, default=0, help="also so many processes at once")
    parser.add_argument("--seed", type=int, default=1, help="of the random instants")
    asked = parser.parse_args(words)
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for subject, kills in ((RUN, asked.run), (SWEEP, asked.sweep)):
            place = Path(folder) / subject.name
            place.mkdir()
            if kills:
                complaints += at_random(subject, kills, asked.seed, place)
            if asked.steps:
                (place / "steps").mkdir()
                complaints += at_steps(subject, asked.steps, place / "steps")
            if asked.together:
                (place / "at-once").mkdir()
                complaints += together(subject, asked.together, place / "at-once")
    sys.stdout.write("\n".join([*complaints, f"{len(complaints)} faults"]) + "\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
