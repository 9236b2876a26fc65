"""The doors people come in by: console, kiosk, telephone and the ``sakhi`` command.

A channel speaks a flow's turns and brings back what was heard; settings and wiring live here too.
"""
