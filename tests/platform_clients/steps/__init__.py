"""The steps, in the order in which a journey takes them: that of these imports, and of each file."""

from platform_clients.steps import identity, store, training, generation2, models, services, services_v2, leaving  # noqa: F401
