"""Ears and voice: audio, recognizer, endpointing and synthesizer.

Imports nothing of ours: text goes in and out, meaning is the business of ``flows``.
"""
