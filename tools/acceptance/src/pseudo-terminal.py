"""Runs a program in a terminal of its own, and does things there once it has shown something.

argv: columns, rows, the steps as JSON [[pattern, action, ...]], then the program and its arguments.
An action is {"type": text} or {"resize": [columns, rows]}. Prints {"output", "exitCode"} as JSON.
"""

import fcntl, json, os, pty, re, select, struct, sys, termios, time

columns, rows, steps = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    time.sleep(0.2)  # the window gets its size meanwhile
    os.execvp(sys.argv[4], sys.argv[4:])
resize(terminal, columns, rows)

output, seen, deadline = "", 0, time.time() + 50
while time.time() < deadline:
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the program has ended
            break
        if not piece:
            break
        output += piece.decode("utf-8", "replace")
    while steps and (found := re.search(steps[0][0], output[seen:])):
        seen += found.end()
        for action in steps.pop(0)[1:]:
            if "type" in action:
                os.write(terminal, action["type"].encode())
            else:
                output += "\n<resized>\n"
                resize(terminal, *action["resize"])
else:
    os.kill(pid, 9)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
json.dump({"output": output, "exitCode": code, "stepsLeft": len(steps)}, sys.stdout)
