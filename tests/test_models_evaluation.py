"""The card of a model that was trained gets its figures."""

import json
import os
import shutil
from pathlib import Path

import pytest

from models.training import evaluation
from models.training.evaluation import evaluate

HEARD = {
    **{
        "system": "ours",
        "who": "People, not trained on",
        "kind": "digits",
        "line": "wide",
        "speaker": "गीता",
    },
    **{"number": 0, "said": "एक", "heard": "एक", "confidence": 1.0, "verdict": "right"},
}

COST = {
    **{"system": "ours", "megabytes": 12.0, "sha256": "0" * 64, "loaded": 0.5, "memory": [1.0, 2.0, 3.0]},
    **{"processor": 1.0, "seconds": 60.0},
}


@pytest.fixture
def model(tmp_path: Path, model_folder: Path) -> Path:
    (tmp_path / "model" / "am").mkdir(parents=True)
    (tmp_path / "model" / "am" / "final.mdl").write_bytes(b"weights")
    shutil.copy(model_folder / "README.md", tmp_path / "model" / "README.md")
    return tmp_path / "model"


def test_what_is_measured_already_is_printed_in_the_card(model: Path, tmp_path: Path) -> None:
    results = tmp_path / "hearing.json"
    found = {"machine": "a mini-PC", "costs": [COST], "heard": [HEARD]}
    results.write_text(json.dumps(found), encoding="utf-8")
    os.utime(model / "am" / "final.mdl", (1, 1))
    evaluate(model, [], results)
    card = (model / "README.md").read_text(encoding="utf-8")
    assert "a mini-PC" in card
    assert "| digits | wide | 1 | 100.0" in card


def test_a_measurement_that_fails_is_told(model: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"bench\.hearing failed"):
        evaluate(model, [tmp_path / "nowhere"], tmp_path / "hearing.json")
    assert not (tmp_path / "hearing.json").exists()


def test_without_the_measurements_the_card_stays(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (model / "README.md").read_bytes()
    monkeypatch.setattr(evaluation, "find_spec", lambda name: None)
    evaluate(model, [], tmp_path / "hearing.json")
    assert (model / "README.md").read_bytes() == before
    assert "Not measured" in capsys.readouterr().err
