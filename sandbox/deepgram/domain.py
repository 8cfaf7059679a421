"""What callers of a domain say: sentences with variants in, expected n-gram counts out. Pure.

Each line is a sentence, `#` begins a comment. `[name] = a | b` defines a list; `[name]` in a
sentence stands for any of its values, `(a|b|)` for any of the alternatives (here also for none).

A line counts as one sentence, shared equally among its variants. A line with three lists has
thousands of variants, which are never written out: the line becomes a small graph of words, and
n-grams are counted along its edges with the probability of their path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

START = "<s>"
END = "</s>"

NGram = tuple[str, ...]

_DEFINITION = re.compile(r"\[(\w+)\]\s*=(.*)")
_TOKEN = re.compile(r"\[\w+\]|[()|]|[^\s()|\[\]]+")


class DomainError(ValueError):
    """An invalid line; the message quotes it."""


@dataclass(slots=True, eq=False)
class _Node:
    """A position between two words; `edges` are (probability, word, next node)."""

    edges: list[tuple[float, str, _Node]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Domain:
    """`counts` of n-grams of lower-case words up to `order`, and how each word is written."""

    order: int
    counts: Mapping[NGram, float]
    spellings: Mapping[str, str]
    """Lower-case word -> its spelling in a transcript, for words with a capital."""

    @property
    def words(self) -> frozenset[str]:
        """Every word of the domain, in lower case."""
        return frozenset(gram[0] for gram in self.counts if len(gram) == 1) - {START, END}


def read_domain(text: str, *, order: int = 3) -> Domain:
    """Count the n-grams of the sentences in `text`; `DomainError` names an invalid line."""
    lists: dict[str, list[str]] = {}
    counts: defaultdict[NGram, float] = defaultdict(float)
    spellings: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        try:
            if definition := _DEFINITION.fullmatch(line):
                lists[definition[1]] = _TOKEN.findall(definition[2])
                continue
            tokens = _expand(_TOKEN.findall(line), lists)
            _count(_Graph(tokens).nodes, order, counts)
        except DomainError as error:
            raise DomainError(f"line {number}: {error}: {line!r}") from None
        for token in tokens:
            if token != token.lower():
                spellings[token.lower()] = token
    return Domain(order, counts, spellings)


def _expand(tokens: Sequence[str], lists: Mapping[str, list[str]]) -> list[str]:
    """`tokens` with every `[name]` replaced by `( its | values )`, lists in lists included."""
    expanded: list[str] = []
    for token in tokens:
        if not token.startswith("["):
            expanded.append(token)
        elif (values := lists.get(token[1:-1])) is None:
            raise DomainError(f"{token} is not defined above")
        else:
            expanded += ["(", *_expand(values, lists), ")"]
    return expanded


class _Graph:
    """The variants of one line as a graph, built from its end.

    `nodes` is in reading order: every edge leads to a later node.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        end = _Node()
        self._made = [end]
        last = self._node([(1.0, END, end)])
        first, rest = self._alternatives(len(tokens), last)
        if rest:
            raise DomainError("'(' is missing")
        self._node([(1.0, START, first)])
        self.nodes = self._made[::-1]

    def _node(self, edges: list[tuple[float, str, _Node]]) -> _Node:
        node = _Node(edges)
        self._made.append(node)
        return node

    def _alternatives(self, stop: int, after: _Node) -> tuple[_Node, int]:
        """Read `a|b|c` backwards from `stop` to its '('; returns its node and that index."""
        choices: list[_Node] = []
        place = after
        while stop:
            token = self._tokens[stop - 1]
            stop -= 1
            if token == ")":
                place, stop = self._alternatives(stop, place)
                if not stop:
                    raise DomainError("'(' is missing")
                stop -= 1
            elif token == "|":
                choices.append(place)
                place = after
            elif token == "(":
                stop += 1
                break
            else:
                place = self._node([(1.0, token.lower(), place)])
        choices.append(place)
        if len(choices) == 1:
            return choices[0], stop
        share = 1 / len(choices)
        edges = [(p * share, word, then) for node in choices for p, word, then in node.edges]
        return self._node(edges), stop


def _count(nodes: Sequence[_Node], order: int, counts: defaultdict[NGram, float]) -> None:
    """Add the expected count of each n-gram in one sentence drawn from the graph."""
    reached: defaultdict[_Node, float] = defaultdict(float, {nodes[0]: 1.0})
    for node in nodes:
        weight = reached[node]
        if not weight:
            continue
        for probability, _, then in node.edges:
            reached[then] += weight * probability
        for gram, probability in _grams(node, order):
            counts[gram] += weight * probability


def _grams(node: _Node, order: int) -> Iterator[tuple[NGram, float]]:
    """The n-grams of 1 to `order` words that begin at `node`, with their probabilities."""
    for probability, word, then in node.edges:
        yield (word,), probability
        if order > 1:
            for gram, rest in _grams(then, order - 1):
                yield (word, *gram), probability * rest
