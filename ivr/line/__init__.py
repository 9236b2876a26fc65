"""The phone line: calls that Asterisk brings by AudioSocket, announced and steered by its manager."""
