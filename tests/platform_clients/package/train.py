"""Learns y = 3x - 1 from points.csv and writes a SavedModel to --train_url; done in a second once TensorFlow is there."""

import argparse
import os

import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--data_url", required=True)
parser.add_argument("--train_url", required=True)
parser.add_argument("--max_steps", type=int, default=400)
arguments, _ = parser.parse_known_args()

with open(os.path.join(arguments.data_url, "points.csv")) as source:
    points = [[float(text) for text in line.split(",")] for line in source]

tf1 = tf.compat.v1
tf1.disable_v2_behavior()
slope, offset = tf1.get_variable("slope", initializer=0.0), tf1.get_variable("offset", initializer=0.0)
x, y = tf1.placeholder(tf.float32, [None], name="x"), tf1.placeholder(tf.float32, [None], name="y")
line = tf.add(slope * x, offset, name="line")
error = tf.reduce_mean(tf.square(line - y))
step = tf1.train.GradientDescentOptimizer(0.1).minimize(error)

with tf1.Session() as session:
    session.run(tf1.global_variables_initializer())
    seen = {x: [point[0] for point in points], y: [point[1] for point in points]}
    for _ in range(arguments.max_steps):
        session.run(step, seen)
    print("mean squared error: %.6f" % session.run(error, seen))
    tf1.saved_model.simple_save(session, os.path.join(arguments.train_url, "model"), {"x": x}, {"line": line})
print("model written")
