"""What an answer to a batch does to its records: decided here, without a database."""

from collections import Counter
from collections.abc import Collection, Sequence

from kiosk_app.contract.messages import RecordMessage, RecordResult
from kiosk_app.store.outbox import Answer, RecordAnswer
from kiosk_app.sync.outcomes import short_word


def believed(sent: Collection[str], results: Sequence[RecordResult]) -> tuple[RecordAnswer, ...]:
    """The results that may be applied: for ids of this very batch, each named exactly once.

    An id that the office does not name stays due; one that it names twice is not believed; one that was never sent in this
    batch changes nothing, whatever the answer says of it.
    """
    named = Counter(result.id for result in results)
    return tuple(_answer(result) for result in results if result.id in sent and named[result.id] == 1)


def unsettled(sent: Sequence[RecordMessage], results: Collection[RecordAnswer]) -> frozenset[str]:
    """The applicants with a record in this batch that is still due: nothing later of theirs may be sent before it."""
    settled = {result.id for result in results if result.status is not Answer.RETRY}
    return frozenset(message.applicant_key for message in sent if message.id not in settled and message.applicant_key)


def _answer(result: RecordResult) -> RecordAnswer:
    problem = short_word(result.problem.type) if result.problem is not None else ""
    return RecordAnswer(result.id, Answer(result.status.value), result.pos, problem)
