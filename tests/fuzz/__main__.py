"""``make fuzz``: parsers against mutated inputs, so many seconds each; a crash is kept, with the command to replay it.

    make fuzz ARGS="--seconds 600 --target feed --seed 7"

Exit 0 nothing found, 1 something was.
"""

import argparse
import hashlib
import signal
import sys
import time
import traceback
import warnings
from collections import deque
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
from mutate import mutated  # noqa: E402
from targets import TARGETS, Target, seeds  # noqa: E402

# CPU seconds for one input of 20 KB at most; the worst honest ones take 0.2.
LIMIT = 10.0
POOL = 500


class TooSlow(BaseException):
    """Not an Exception: parsers that never raise catch those."""


def fuzz(name: str, target: Target, seconds: float, seed: int, folder: Path) -> int:
    """How many different crashes were found; each is in *folder*."""
    random, corpus, seen = Random(f"{name}{seed}"), seeds(name), set[object]()
    useful: deque[bytes] = deque(maxlen=POOL)
    found: set[str] = set()
    runs, end = 0, time.monotonic() + seconds
    for data in corpus:
        assert attempt(target, data)[1] is None, f"the seed {data!r} fails"
    while time.monotonic() < end:
        data = mutated(random, [*corpus, *useful], target.words)
        mark, failure = attempt(target, data)
        runs += 1
        if failure and (place := failure.partition(": ")[0]) not in found:
            found.add(place)
            keep(name, data, failure, folder)
        if mark not in seen:
            seen.add(mark)
            useful.append(data)
    print(f"{name}: {runs} inputs, {len(seen)} kinds of answer, {len(found)} crashes", flush=True)
    return len(found)


def attempt(target: Target, data: bytes) -> tuple[object, str | None]:
    """The target's mark, and where and how it failed, if it did."""
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return target.run(data), None
    except (Exception, TooSlow) as error:
        frames = traceback.extract_tb(error.__traceback__)
        last = next((frame for frame in reversed(frames) if "/crawler/" in frame.filename), frames[-1])
        return type(error), f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}"[:300]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def keep(name: str, data: bytes, failure: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:10]}"
    path.write_bytes(data)
    print(f"{name}: {failure}\n  replay: {sys.executable} tests/fuzz --replay {path}", flush=True)


def _too_slow(*_: object) -> None:
    raise TooSlow(f"more than {LIMIT:g} s of CPU")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target (default: 60)")
    parser.add_argument("--target", choices=TARGETS, action="append", help="this one alone; may be given again")
    parser.add_argument("--seed", type=int, default=None, help="of the random numbers (default: another one each time)")
    parser.add_argument("--folder", type=Path, default=ROOT / "fuzz-crashes", help="for inputs that crash")
    parser.add_argument("--replay", type=Path, help="run an input again, with its traceback; its name says the target")
    given = parser.parse_args()
    signal.signal(signal.SIGVTALRM, _too_slow)
    if given.replay:
        print(TARGETS[given.replay.name.rpartition("-")[0]].run(given.replay.read_bytes()))
        return 0
    seed = given.seed if given.seed is not None else time.time_ns() % 1_000_000
    print(f"seed {seed}", flush=True)
    names = given.target or list(TARGETS)
    return int(sum(fuzz(name, TARGETS[name], given.seconds, seed, given.folder) for name in names) > 0)


if __name__ == "__main__":
    sys.exit(main())
