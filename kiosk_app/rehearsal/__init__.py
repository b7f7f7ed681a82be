"""Days that are rehearsed: practice people at the real camera, rules and store, without a screen or through it."""
