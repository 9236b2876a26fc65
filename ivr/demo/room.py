"""The room: who of the made-up people speaks up at a question, and whose money lies in the cash box."""

from collections.abc import Sequence
from random import Random

from flows.names import called
from flows.turn import Line, Turn
from ivr.demo.people import Part, Plans, Sound
from ivr.demo.speaker import SILENCE, Person, Reply, Speaker, Worker
from store.ledger import Ledger

WORKER = "दीदी"
_TRIES = 6


class Room:
    """Everybody who takes part. It knows the conversation only from the turns, as people know it by ear."""

    def __init__(self, ledger: Ledger, parts: Sequence[Part], plans: Plans, rng: Random) -> None:
        self._people = {part.member.id: Person(part, Random(rng.random())) for part in parts}
        self._by_name = {called(ledger, part.member): part for part in parts}
        self._worker = Worker(plans, Random(rng.random()))
        self._sounds = {part.member.id: part.sound for part in parts} | {"": plans.sound}
        self._plans = plans
        self._question: Line | None = None
        self._asked_now: str | None = None
        self._known: list[Line] = []
        self._put_in: dict[tuple[str, str], int] = {}
        self._asked: str | None = None
        self._objector: Person | Worker | None = None
        self._about = ""
        self._objected = 0
        self._insists = 0
        self.speaking = ""
        """Id of the member who speaks; empty for the worker."""

    @property
    def box(self) -> int:
        """Paise in the cash box."""
        return self._plans.cash + sum(self._put_in.values())

    @property
    def speaker(self) -> str:
        """The name of who speaks."""
        return self._people[self.speaking].part.member.name if self.speaking else WORKER

    @property
    def sound(self) -> Sound:
        """The voice of who speaks."""
        return self._sounds[self.speaking]

    def answer(self, turn: Turn) -> Reply:
        """What is said to a turn, and by whom (see `speaker`)."""
        if turn.question != self._question or turn.to != self._asked_now:
            self._known = []
        self._question, self._asked_now = turn.question, turn.to
        for line in turn.say:
            if line not in self._known:  # a question asked again repeats what was said before it
                self._listen(line)
        self._known += turn.say
        if turn.question is None or turn.expect is None:
            return SILENCE
        if turn.to is not None and not turn.question.key.startswith("which."):
            self._asked = turn.to
        if self._objects(turn):
            assert self._objector is not None
            self._objected += 1
            self._speaks(self._objector)
            return self._objector.protest(patient=self._objected == 1)
        return self._answer(turn, turn.question)

    def _answer(self, turn: Turn, question: Line) -> Reply:
        if question.key.startswith("correction."):
            return self._is_it_wrong(turn, question)
        person = self._people.get(turn.to or "")
        if person is not None and (person.part.present or question.key != "roll_call.present"):
            if question.key == "roll_call.present" and self._about == person.part.member.id:
                self._settled()
            self._speaks(person)
            return person.reply(turn)
        self._speaks(self._worker)
        about = person.part if person else self._by_name.get(str(question.slots.get("name", "")))
        return self._worker.reply(turn, about, self.box)

    def _listen(self, line: Line) -> None:
        """What the people learn from a line that is not a question."""
        flow, _, what = line.key.partition(".")
        if flow in ("savings", "repayment") and what in ("noted", "noted_quietly", "none_noted"):
            self._noted(flow)
        elif flow == "roll_call" and (what == "here" or what.startswith("away")):
            part = self._by_name[str(line.slots["name"])]
            if what not in _written(part):
                self._object_about(self._worker, part.member.id)
        elif line.key == "correction.done" and isinstance(self._objector, Person):
            del self._put_in[self._objector.part.member.id, "savings"]
            self._objector.believes_slip = False
            self._settled()
        elif line.key == "correction.kept" and self._insists:
            self._objected, self._insists = 0, self._insists - 1
        elif line.key in ("correction.kept", "correction.nothing", "promise.worker", "roll_call.count"):
            self._settled()

    def _noted(self, flow: str) -> None:
        """She puts into the box what she means; one then finds that she meant something else."""
        if self._asked is None:
            return
        person = self._people[self._asked]
        if flow == "repayment":
            self._put_in[self._asked, flow] = sum(person.part.repayments.values())
            return
        self._put_in[self._asked, flow] = person.saving
        if person.believes_slip:
            self._object_about(person, self._asked)

    def _object_about(self, who: "Person | Worker", member_id: str) -> None:
        self._objector, self._about, self._objected, self._insists = who, member_id, 0, _TRIES

    def _settled(self) -> None:
        self._objector, self._about = None, ""

    def _objects(self, turn: Turn) -> bool:
        assert turn.question is not None
        # A no to another's read-back would be taken for hers.
        its_own = turn.question.key.startswith("correction.")
        if isinstance(self._objector, Worker) and turn.to == self._about:
            its_own = True
        return bool(self._objector) and turn.barge_in and not its_own and self._objected < _TRIES

    def _is_it_wrong(self, turn: Turn, question: Line) -> Reply:
        objector = self._objector if isinstance(self._objector, Person) else None
        self._speaks(objector or self._worker)
        who = self._by_name.get(str(question.slots.get("name", "")))
        right = objector is not None and who is objector.part
        right = right and objector is not None and question.slots.get("amount") == objector.saving
        if not right:
            self._insists = 0  # hers is no longer the last entry: it can't be taken back by voice
        return (objector or self._worker).agree(turn, right)

    def _speaks(self, who: Speaker) -> None:
        self.speaking = who.part.member.id if isinstance(who, Person) else ""


def _written(part: Part) -> tuple[str, ...]:
    """The lines of the roll call that say the truth about her; that a reason is not known is no lie."""
    return ("here",) if part.present else ("away", f"away_{part.reason}")
