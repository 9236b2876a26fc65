"""How a made-up person answers: truthfully, from what she was asked alone, with her own habits."""

from collections import Counter
from random import Random

from flows.turn import Turn
from flows.words import meanings
from ivr.demo import saying
from ivr.demo.people import Habit, Part, Plans
from ivr.demo.saying import Saying, amount_said

Reply = tuple[Saying, ...]
"""What she says and keys after a prompt; nothing when she is silent."""

SILENCE: Reply = ()
_PATIENCE = 2


class Speaker:
    """What members and worker have in common. `rng` makes her ways of speaking differ, reproducibly."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._denied: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()

    def words(self, ways: tuple[str, ...]) -> Reply:
        """One of the ways to say it."""
        return (Saying(self._rng.choice(ways), wait=self._reaction()),)

    def keys(self, keys: str) -> Reply:
        """By keypad."""
        return (Saying(keys=keys, wait=self._reaction()),)

    def protest(self, patient: bool) -> Reply:
        """ "This is wrong", by key when words did not help."""
        return self.words(saying.WRONG) if patient else self.keys("*7")

    def agree(self, turn: Turn, right: bool) -> Reply:
        """Yes or no to what was read out: the truth."""
        if turn.tries >= _PATIENCE or _offers_keys(turn):
            return self.keys("1" if right else "2")
        return self.words(saying.YES if right else saying.NO)

    def _read_back(self, turn: Turn, kind: str, meant: object) -> Reply:
        """Yes only to what she means."""
        right = self._right(turn, meant)
        if not right and not turn.tries:
            self._denied[kind] += 1
        return self.agree(turn, right)

    def _right(self, turn: Turn, meant: object) -> bool:
        assert turn.question is not None
        slots = turn.question.slots
        return slots.get("amount", slots.get("day")) == meant

    def _amount(self, turn: Turn, kind: str, paise: int, said: str) -> Reply:
        """An amount, by keypad once it was misunderstood twice."""
        if turn.tries + self._denied[kind] >= _PATIENCE or _offers_keys(turn):
            return self.keys(f"{paise // 100}#")
        return self.words((said,))

    def _which(self, turn: Turn, meant: object) -> Reply:
        """The place of what she means among those offered; silence when it is not there."""
        assert turn.question is not None
        for place, slot in enumerate("abc", start=1):
            if turn.question.slots.get(slot) == meant:
                return self.keys(str(place))
        return SILENCE

    def _reaction(self) -> float:
        return self._rng.uniform(0.3, 1.2)


class Person(Speaker):
    """A member."""

    def __init__(self, part: Part, rng: Random) -> None:
        super().__init__(rng)
        self.part = part
        self._kind = "savings"
        self._slip = amount_besides(part.saving, rng)
        self.believes_slip = part.habit is Habit.UNDOES
        """True while she takes a slip of hers for what she means."""

    @property
    def saving(self) -> int:
        """Paise she holds for her saving now."""
        return self._slip if self.believes_slip else self.part.saving

    def reply(self, turn: Turn) -> Reply:
        """What she says to a question that was put to her."""
        assert turn.question is not None
        flow, _, what = turn.question.key.partition(".")
        self._asked[turn.question.key] += 1
        if turn.question.key == "roll_call.present":
            return self._present(turn)
        kind = flow if flow in ("savings", "repayment") else self._kind
        meant = self.saving if kind == "savings" else sum(self.part.repayments.values())
        if flow == "which":
            return self._which(turn, meant)
        self._kind = kind
        if what in ("check", "check_none"):
            return self._check(turn, kind, meant)
        return self._how_much(turn, kind, meant)

    def _present(self, turn: Turn) -> Reply:
        if self.part.habit is Habit.SILENT and self._asked["roll_call.present"] == 1:
            return SILENCE
        if self.part.habit is Habit.KEYS or turn.tries:
            return self.keys("1")
        return self.words(saying.HERE)

    def _check(self, turn: Turn, kind: str, meant: int) -> Reply:
        answer = self._read_back(turn, kind, meant)
        habit = self.part.habit
        if habit is Habit.KEYS:
            return self.keys("1" if self._right(turn, meant) else "2")
        if habit is Habit.EAGER and not turn.tries:
            too_soon = Saying("हाँ", wait=0.3, early=True)
            # She takes her early yes for an answer; a wrong amount she denies once she has heard it.
            return (too_soon,) if self._right(turn, meant) else (too_soon, *answer)
        return answer

    def _how_much(self, turn: Turn, kind: str, meant: int) -> Reply:
        first = self._asked[f"{kind}.how_much"] == 1 and not self._denied[kind]
        habit = self.part.habit
        if habit is Habit.KEYS:
            return self.keys(f"{meant // 100}#")
        if first and habit is Habit.SILENT:
            return SILENCE
        if first and habit is Habit.ASKS_AGAIN:
            return self.words(saying.AGAIN)
        if first and habit is Habit.OFF_THE_POINT:
            return self.words(saying.OFF_THE_POINT)
        if first and habit is Habit.CORRECTS and meant:
            return self.words((amount_said(amount_besides(meant, self._rng), self._rng),))
        answer = self._amount(turn, kind, meant, self._said(kind, meant))
        if first and habit is Habit.HESITATES and meant:
            return self._hesitating(answer)
        if first and habit is Habit.INTERRUPTS:
            return (Saying(answer[0].words, wait=-self._rng.uniform(0.3, 0.9)),)
        return answer

    def _said(self, kind: str, meant: int) -> str:
        if not meant:
            return self._rng.choice(saying.NOTHING)
        if kind == "repayment" and meant == self.part.full and self._rng.random() < 0.4:
            return self._rng.choice(saying.FULL)
        if kind == "savings" and meant == USUAL_SAVING and self._rng.random() < 0.3:
            return self._rng.choice(saying.USUAL)
        return amount_said(meant, self._rng)

    def _hesitating(self, answer: Reply) -> Reply:
        """ "उम्म… दो सौ … पचास": some of her pauses are longer than an answer's end."""
        head, _, tail = answer[0].words.rpartition(" ")
        parts = [saying.HESITATION, *filter(None, (head, tail))]
        waits = [self._reaction(), *(self._rng.uniform(0.2, 0.8) for _ in parts[1:])]
        return tuple(Saying(part, wait=wait) for part, wait in zip(parts, waits, strict=True))


class Worker(Speaker):
    """The group worker: answers what is asked of nobody by name, and for who is away."""

    def __init__(self, plans: Plans, rng: Random) -> None:
        super().__init__(rng)
        self._plans = plans

    def reply(self, turn: Turn, about: Part | None, box: int) -> Reply:
        """What she says to the room's question.

        `about`: the member whose name is in it. `box`: paise that lie in the cash box now.
        """
        assert turn.question is not None
        key = turn.question.key
        flow, _, what = key.partition(".")
        if flow == "roll_call":
            return self._roll_call(turn, what, about)
        if key in ("closing.next_day", "closing.next_check") or key.startswith("which.date"):
            return self._next_day(turn)
        if flow == "which":
            return self._which(turn, box)
        if key == "closing.count_again":
            return self.agree(turn, right=False)
        if key == "talk.paused":
            return self.keys("1")
        if what == "cash.check":
            return self._read_back(turn, flow, box)
        return self._amount(turn, flow, box, amount_said(box, self._rng))

    def _roll_call(self, turn: Turn, what: str, about: Part | None) -> Reply:
        if what == "go_on" or about is None:
            return self.agree(turn, right=True)
        if what == "reason":
            return self._one_of(turn, "reason", about.reason or "unknown", saying.WHY[about.reason])
        if about.present:
            return self._one_of(turn, "presence", "here", saying.HERE[:1])
        why = about.reason if about.reason in saying.AWAY else None
        return self._one_of(turn, "presence", why or "away", saying.AWAY[why])

    def _one_of(self, turn: Turn, question: str, meant: str, ways: tuple[str, ...]) -> Reply:
        """One of the answers to a question, by its key once it was misunderstood twice."""
        if turn.tries >= _PATIENCE or _offers_keys(turn):
            return self.keys(str(meanings(question).index(meant) + 1))
        return self.words(ways)

    def _next_day(self, turn: Turn) -> Reply:
        assert turn.question is not None
        if turn.question.key == "closing.next_check":
            return self._read_back(turn, "day", self._plans.next_on)
        if turn.question.key != "closing.next_day":
            return self._which(turn, self._plans.next_on)
        if turn.tries + self._denied["day"] >= _PATIENCE or _offers_keys(turn):
            return self.keys(f"{self._plans.next_on:%d%m}")
        return self.words((self._plans.next_words,))


def _offers_keys(turn: Turn) -> bool:
    """Whether she was just told what to press, as in noise."""
    return any(line.key.endswith(".keys") and line.key != "trouble.keys" for line in turn.say)


USUAL_SAVING = 100_00


def amount_besides(paise: int, rng: Random) -> int:
    """Another amount, such as one says by mistake."""
    return rng.choice([other for other in (50_00, 100_00, 150_00, 200_00, 300_00) if other != paise])
