"""What a booth meets on its way to the office, made on purpose and from a seed: a bad link, a mall's portal, a broken server."""
