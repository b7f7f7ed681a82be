"""The practice camera: people who do not exist, in front of a camera that is not there, with everything about them known."""
