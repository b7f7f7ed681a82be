"""Cameras, codes and portraits. OpenCV and numpy live here and nowhere else."""
