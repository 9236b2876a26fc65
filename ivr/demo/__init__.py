"""A made-up group that meets by voice over a simulated telephone line: the main job, shown and checked."""
