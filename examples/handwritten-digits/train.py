"""Learns to tell handwritten digits apart: softmax regression on MNIST, in TensorFlow 1's style.

Writes to --train_url: event files (accuracy and cross entropy on the test images) and model/, a SavedModel whose
signature takes `images` (rows of 784 values from 0 to 1) and gives `scores` (ten probabilities each).
"""

from __future__ import print_function

import argparse
import os

import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

PIXELS = 28 * 28
DIGITS = 10
BATCH = 100


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data_url", required=True, help="folder with the four MNIST .gz files")
    parser.add_argument("--train_url", required=True, help="folder for event files and the model")
    parser.add_argument("--max_steps", type=int, default=1000)
    parser.add_argument("--learning_rate", type=float, default=0.5)
    arguments, others = parser.parse_known_args()  # the platform may add options of its own
    if others:
        print("not used: %s" % " ".join(others))
    return arguments


class Network(object):
    """The graph: one layer, its loss, one training step."""

    def __init__(self, learning_rate):
        self.images = tf.placeholder(tf.float32, [None, PIXELS], name="images")
        self.labels = tf.placeholder(tf.float32, [None, DIGITS], name="labels")
        weights = tf.get_variable("weights", [PIXELS, DIGITS], initializer=tf.zeros_initializer())
        biases = tf.get_variable("biases", [DIGITS], initializer=tf.zeros_initializer())
        logits = tf.matmul(self.images, weights) + biases
        self.scores = tf.nn.softmax(logits, name="scores")
        # From the logits, not from the scores: log(0) would be the end of the training.
        losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.stop_gradient(self.labels), logits=logits)
        self.cross_entropy = tf.reduce_mean(losses)
        correct = tf.equal(tf.argmax(logits, 1), tf.argmax(self.labels, 1))
        self.accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))
        self.train_step = tf.train.GradientDescentOptimizer(learning_rate).minimize(self.cross_entropy)
        tf.summary.scalar("accuracy", self.accuracy)
        tf.summary.scalar("cross_entropy", self.cross_entropy)
        self.summary = tf.summary.merge_all()


def train(network, session, data, arguments):
    writer = tf.summary.FileWriter(arguments.train_url, flush_secs=1)
    test = {network.images: data.test.images, network.labels: data.test.labels}
    for step in range(arguments.max_steps + 1):
        if step % 100 == 0 or step == arguments.max_steps:
            summary, accuracy = session.run([network.summary, network.accuracy], test)
            writer.add_summary(summary, step)
            print("step %d: accuracy %.4f" % (step, accuracy))
        if step < arguments.max_steps:
            images, labels = data.train.next_batch(BATCH)
            session.run(network.train_step, {network.images: images, network.labels: labels})
    writer.close()


def export(network, session, folder):
    signature = tf.saved_model.signature_def_utils.build_signature_def(
        inputs={"images": tf.saved_model.utils.build_tensor_info(network.images)},
        outputs={"scores": tf.saved_model.utils.build_tensor_info(network.scores)},
        method_name=tf.saved_model.signature_constants.PREDICT_METHOD_NAME,
    )
    builder = tf.saved_model.builder.SavedModelBuilder(folder)
    builder.add_meta_graph_and_variables(session, [tf.saved_model.tag_constants.SERVING], {"predict_digit": signature})
    builder.save()
    print("model written to %s" % folder)


def main():
    arguments = parse_arguments()
    data = input_data.read_data_sets(arguments.data_url, one_hot=True)
    network = Network(arguments.learning_rate)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        train(network, session, data, arguments)
        export(network, session, os.path.join(arguments.train_url, "model"))


if __name__ == "__main__":
    main()
