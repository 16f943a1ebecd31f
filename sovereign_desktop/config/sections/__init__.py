"""One file a group of sections of `settings.yaml`: each setting with its type, its default and what it means."""
