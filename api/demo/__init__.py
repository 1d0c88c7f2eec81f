"""The demo: a made-up world to look around in, and the main job played from beginning to end."""
