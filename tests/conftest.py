"""Settings of the tests as a whole."""

from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("sakhi", deadline=None)
settings.load_profile("sakhi")
