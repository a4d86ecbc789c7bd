"""tf.contrib.framework: what tf_slim kept of it, and what moved elsewhere in TensorFlow."""

import tensorflow as tf
from tensorflow.python.training.checkpoint_utils import init_from_checkpoint  # noqa: F401
from tensorflow.python.training.checkpoint_utils import list_variables  # noqa: F401
from tensorflow.python.training.checkpoint_utils import load_checkpoint  # noqa: F401
from tensorflow.python.training.checkpoint_utils import load_variable  # noqa: F401
from tf_slim.ops.arg_scope import *  # noqa: F401,F403
from tf_slim.ops.arg_scope import add_arg_scope, arg_scope, arg_scoped_arguments, has_arg_scope  # noqa: F401
from tf_slim.ops.framework_ops import *  # noqa: F401,F403
from tf_slim.ops.variables import *  # noqa: F401,F403

from atelier_tf1 import names

nest = tf.nest
sort = tf.sort
argsort = tf.argsort
is_tensor = tf.is_tensor


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(names.refusal("tensorflow.contrib.framework." + name))
