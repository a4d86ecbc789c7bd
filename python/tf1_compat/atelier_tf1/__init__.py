"""Lets scripts written for TensorFlow 1 run on a TensorFlow 2 installation. See README.md."""
