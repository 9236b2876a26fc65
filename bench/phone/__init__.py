"""Telephones that call a real `sakhi line` through a real Asterisk, and hear each packet of what it says."""
