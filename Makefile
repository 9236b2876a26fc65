# Each target sets up all it needs by itself: see .ci/setup.
.PHONY: demo test check format clean

# A whole meeting by voice, without a sound card. Options: make demo ARGS="--seed 7 --play"
demo:
	@.ci/setup run
	@.venv/bin/sakhi demo $(ARGS)

# Everything: the checks, then all tests, two files at once; flows/ and store/ stay covered by branch. Calls come
# first and by themselves, since they are held in real time. Exit status 5: none of ARGS is a call.
test: check
	.venv/bin/python -m pytest -m phone -n 2 --dist loadfile $(ARGS) || [ $$? = 5 ]
	.venv/bin/python -m pytest -m "not phone" -n 2 --dist loadfile --cov --cov-fail-under=95 $(ARGS)

check:
	@.ci/setup dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format:
	@.ci/setup dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean:
	rm -rf .venv demo build *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
