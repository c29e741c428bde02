"""Learns the trees of pipelines/body from real pages with human-made texts, and says how well they read sites that they
have not seen.

    python tests/training/learn.py FOLDER [--check] [--out pipelines/body]

FOLDER holds NAME.warc.gz and NAME.truth.jsonl (a JSON line a page: url, site, text, optional). Needs catboost, which
nothing else does: `make training`. Five folds parted by site give the figures (a site's pages are never in both); then
all pages together give first.json and second.json. With --check nothing is written.

A block is wanted where half of its runs of four words stand in the human's text, and it isn't the page's title, which
has a column of its own. Pages count alike whatever their length, and sites by the root of how many pages they have.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from warcio.archiveiterator import ArchiveIterator

from pipelines.article import Block
from pipelines.body.blocks import blocks_of
from pipelines.body.context import NAMES, context
from pipelines.body.evidence import Array, Evidence
from pipelines.body.finder import Found
from pipelines.body.layout import Layout, layout_of
from pipelines.boilerplate import NO_RULES, page_blocks
from pipelines.boilerplate import learn as learn_site
from pipelines.extract import is_unsure, parse, second_opinion
from pipelines.siterules import rules_from

FOLDS = 5
# Menus and lists of links are most of a page: of what is hopeless one block in so many is looked at, with their weight.
HOPELESS_LINKED, HOPELESS_WORDS, ONE_IN = 0.8, 6, 4
FIRST = {"iterations": 600, "depth": 6, "learning_rate": 0.06}
SECOND = {"iterations": 250, "depth": 5, "learning_rate": 0.06}
SETTINGS = {
    "l2_leaf_reg": 5, "border_count": 64, "rsm": 0.25, "bootstrap_type": "Bernoulli", "subsample": 0.7,
    "random_seed": 1, "verbose": 0, "thread_count": 2,
}  # fmt: skip
TITLE_WORDS = 30
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(f"[{_CJK}]|[^\\W{_CJK}]+")


@dataclass
class Page:
    kind: str
    site: str
    truth: dict[str, Any]
    layout: Layout
    evidence: Evidence
    wanted: Array
    weight: Array
    looked_at: Any
    body: bytes
    content_type: str | None


def words(text: str | None) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text or ""))


def runs(found: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(found[i : i + size]) for i in range(max(1, len(found) - size + 1)) if found[i : i + size])


def read(folder: Path) -> Iterator[Page]:
    for path in sorted(folder.glob("*.truth.jsonl")):
        kind = path.name.removesuffix(".truth.jsonl")
        truth = {row["url"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
        with (folder / f"{kind}.warc.gz").open("rb") as stream:
            for record in ArchiveIterator(stream):
                url = record.rec_headers.get_header("WARC-Target-URI")
                if record.rec_type == "response" and url in truth:
                    body = record.content_stream().read()
                    page = page_of(kind, truth[url], body, record.http_headers.get_header("content-type"))
                    if page:
                        yield page


def page_of(kind: str, truth: dict[str, Any], body: bytes, content_type: str | None) -> Page | None:
    tree = parse(body, content_type)
    layout = layout_of(tree)
    if not layout.texts:
        return None
    evidence = Evidence(layout, tree.findtext(".//title") or "")
    wanted = labels(layout.texts, "\n".join([truth["text"], *(truth.get("optional") or ())]))
    wanted[(evidence.titles > 0) & (evidence.words < TITLE_WORDS)] = 0  # as is_title() has it
    whole = max(float(evidence.words[wanted > 0].sum()), 60.0)
    weight = (np.minimum(evidence.words, 80) + 2) / whole
    hopeless = (evidence.linked > HOPELESS_LINKED) & (evidence.words < HOPELESS_WORDS) & (wanted == 0)
    looked_at = ~hopeless | (np.arange(len(wanted)) % ONE_IN == 0)
    weight[hopeless] *= ONE_IN
    site = truth["site"] if kind != "big9" else re.split(r"\d", truth["site"])[0]
    return Page(kind, f"{kind}:{site}", truth, layout, evidence, wanted, weight, looked_at, body, content_type)


def labels(texts: Sequence[str], truth: str) -> Array:
    told = words(truth)
    known = {size: set(runs(told, size)) for size in (1, 2, 3, 4)}
    found = []
    for text in texts:
        own = words(text)
        counted = runs(own, min(4, len(own))) if own else Counter()
        hits = sum(count for run, count in counted.items() if run in known[len(run)])
        found.append(float(bool(own) and hits >= 0.5 * sum(counted.values())))
    return np.array(found)


def learn(pages: Sequence[Page], matrices: Sequence[Array], settings: dict[str, Any]) -> CatBoostClassifier:
    counts = Counter(page.site for page in pages)
    model = CatBoostClassifier(**SETTINGS, **settings)
    model.fit(
        np.vstack([matrix[page.looked_at] for page, matrix in zip(pages, matrices, strict=True)]),
        np.concatenate([page.wanted[page.looked_at] for page in pages]),
        sample_weight=np.concatenate([page.weight[page.looked_at] / counts[page.site] ** 0.5 for page in pages]),
    )
    return model


def log_odds(model: CatBoostClassifier, matrix: Array) -> Array:
    odds: Array = np.asarray(model.predict(matrix, prediction_type="RawFormulaVal"))
    return odds


def folds(pages: Sequence[Page]) -> list[int]:
    sites = sorted({page.site for page in pages})
    np.random.RandomState(0).shuffle(sites)
    fold = {site: place % FOLDS for place, site in enumerate(sites)}
    return [fold[page.site] for page in pages]


def unseen(pages: Sequence[Page], matrices: Sequence[Array], settings: dict[str, Any]) -> list[Array]:
    """What trees that never saw a page's site say of it."""
    fold, found = folds(pages), [np.zeros(0)] * len(pages)
    for number in range(FOLDS):
        known = [i for i, f in enumerate(fold) if f != number]
        model = learn([pages[i] for i in known], [matrices[i] for i in known], settings)
        for i in (i for i, f in enumerate(fold) if f == number):
            found[i] = log_odds(model, matrices[i])
        print(f"fold {number + 1} of {FOLDS}", file=sys.stderr, flush=True)
    return found


def texts_by_page(pages: Sequence[Page], odds: Sequence[Array]) -> list[str]:
    """What the pages alone say."""
    found = []
    for page, odd in zip(pages, odds, strict=True):
        keeps = (odd >= 0) & ~is_title(page)
        found.append("\n".join(text for text, keep in zip(page.layout.texts, keeps, strict=True) if keep))
    return found


def texts_by_site(pages: Sequence[Page], odds: Sequence[Array], *, ask: bool, learned: bool) -> list[str]:
    """What is read in the end: trafilatura asked where a page is unsure, and each site's rules learned and applied."""
    read_as: list[tuple[Block, ...]] = []
    for page, odd in zip(pages, odds, strict=True):
        odd = np.where(is_title(page), -99.0, odd)
        found = Found(layout=page.layout, odds=odd, words=page.evidence.words)
        if ask and is_unsure(found):
            odd = odd + second_opinion(found, parse(page.body, page.content_type), page.truth["url"])[1]
        read_as.append(blocks_of(page.layout, np.where(is_title(page), -99.0, odd)))
    sites: dict[str, dict[str, tuple[Block, ...]]] = {}
    for page, blocks in zip(pages, read_as, strict=True):
        sites.setdefault(f"{page.kind}:{page.truth['site']}", {})[page.truth["url"]] = blocks
    texts = {}
    for own in sites.values():
        rules = (
            rules_from(learn_site({url: page_blocks(blocks) for url, blocks in own.items()}), {})
            if learned
            else NO_RULES
        )
        for url, blocks in own.items():
            texts[url] = "\n".join(block.text for block in blocks if rules.keeps(block))
    return [texts[page.truth["url"]] for page in pages]


def is_title(page: Page) -> Any:
    return (page.evidence.titles > 0) & (page.evidence.words < TITLE_WORDS)


def scores(pages: Sequence[Page], texts: Sequence[str]) -> str:
    lines = []
    for kind in sorted({page.kind for page in pages}):
        precision, recall = [], []
        for page, text in zip(pages, texts, strict=True):
            if page.kind != kind:
                continue
            got, want = runs(words(text), 4), runs(words(page.truth["text"]), 4)
            told = [
                passage
                for passage in page.truth.get("optional") or ()
                if sum((runs(words(passage), 4) & got).values()) >= 0.5 * sum(runs(words(passage), 4).values())
            ]
            if told:
                want = runs(words("\n".join([page.truth["text"], *told])), 4)
            hit = sum((got & want).values())
            precision += [hit / sum(got.values())] if got else []
            recall.append(hit / max(sum(want.values()), 1))
        p, r = float(np.mean(precision)), float(np.mean(recall))
        lines.append(f"{kind}: P {p:.4f} R {r:.4f} F1 {2 * p * r / (p + r):.4f}")
    return "\n".join(lines)


def stored(model: CatBoostClassifier, names: Sequence[str], scratch: Path) -> str:
    """The trees as pipelines/body/trees.py reads them, a line a tree."""
    model.save_model(str(scratch), format="json")
    told = json.loads(scratch.read_text())
    scratch.unlink()
    scale, (bias,) = told["scale_and_bias"]
    depth = max(len(tree["splits"]) for tree in told["oblivious_trees"])
    lines = []
    for tree in told["oblivious_trees"]:
        values = [round(scale * value, 4) for value in tree["leaf_values"]]
        missing = depth - len(tree["splits"])  # a level that asks for nothing is answered with no
        lines.append(
            {
                "features": [split["float_feature_index"] for split in tree["splits"]] + [0] * missing,
                "borders": [round(split["border"], 6) for split in tree["splits"]] + [1e9] * missing,
                "values": values + [0.0] * ((1 << depth) - len(values)),
            }
        )
    rows = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines)
    return f'{{"names": {json.dumps(list(names))},\n"bias": {bias},\n"trees": [\n{rows}\n]}}\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="only the figures on unseen sites")
    parser.add_argument("--out", type=Path, default=Path("pipelines/body"))
    parser.add_argument("--keep", type=Path, help="keep what was said of unseen sites here, for experiments")
    given = parser.parse_args()
    pages = list(read(given.folder))
    names = pages[0].evidence.names
    matrices = [page.evidence.matrix for page in pages]
    print(f"{len(pages)} pages, {len(names)} pieces of evidence", file=sys.stderr)
    first = unseen(pages, matrices, FIRST)
    print("first look", scores(pages, texts_by_page(pages, first)), sep="\n", flush=True)
    around = [context(page.evidence, odds) for page, odds in zip(pages, first, strict=True)]
    second = unseen(pages, around, SECOND)
    print("second look", scores(pages, texts_by_page(pages, second)), sep="\n", flush=True)
    for ask, learned in ((True, False), (False, True), (True, True)):
        label = " and ".join(filter(None, ("trafilatura" * ask, "the site's rules" * learned)))
        print(
            f"with {label}", scores(pages, texts_by_site(pages, second, ask=ask, learned=learned)), sep="\n", flush=True
        )
    if given.keep:
        given.keep.mkdir(exist_ok=True)
        rows = [
            [page.truth["url"], [round(float(odd), 3) for odd in odds]]
            for page, odds in zip(pages, second, strict=True)
        ]
        (given.keep / "unseen.json").write_text(json.dumps(rows))
    if given.check:
        return
    scratch = given.out / "scratch.json"
    (given.out / "first.json").write_text(stored(learn(pages, matrices, FIRST), names, scratch))
    (given.out / "second.json").write_text(stored(learn(pages, around, SECOND), NAMES, scratch))


if __name__ == "__main__":
    main()
