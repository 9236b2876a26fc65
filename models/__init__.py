"""Trained speech models with their cards, and the recipe that makes them."""
