"""The recipe that makes the Hindi speech model. Needs the extra `train` and Debian's OpenFst tools."""
