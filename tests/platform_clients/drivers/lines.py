"""A program that carries out requests from standard input, one JSON object a line, and answers with one each.

The answer is {"result": ...} or {"refused": {"status", "code", "message"}}; what the client raises of its own is {"broken": ...}.
"""

import json
import sys


def serve(carry_out, refusal_of):
    """`refusal_of(exception)`: what the server said, as a dictionary, or None for a fault of the client's own."""
    for line in sys.stdin:
        try:
            answer = {"result": carry_out(**json.loads(line))}
        except Exception as problem:  # whatever the client raises is the finding
            refused = refusal_of(problem)
            answer = {"refused": refused} if refused else {"broken": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer, default=str), flush=True)
