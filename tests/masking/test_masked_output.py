"""What a client's own process prints is masked before it reaches a log or a terminal (S19).

The kind: whatever writes to descriptors 1 and 2, past Python's streams, in whatever pieces.
"""
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from trainings import OFFLINE, TOKEN, VENDORED, environment, journals, run

from neptune_writer.masking.masked_lines import Lines

END = b"\0the end"
PROLOGUE = """
import os, subprocess, sys, time
from neptune_writer.masking.masked_output import MaskedOutput
TOKEN = os.environ["NEPTUNE_API_TOKEN"]
"""


def printed(code, folder, stderr=subprocess.PIPE):
    """What a program prints whose output is masked: (stdout, stderr)."""
    script = folder / "script.py"
    script.write_text(PROLOGUE + textwrap.dedent(code))
    done = subprocess.run([sys.executable, str(script)], cwd=str(folder), stdout=subprocess.PIPE, stderr=stderr,
                          timeout=60, env=environment(NEPTUNE_API_TOKEN=TOKEN))
    assert done.returncode == 0, done
    return done.stdout.decode(), (done.stderr or b"").decode()


EVERY_WAY = """
output = MaskedOutput()
print("print", TOKEN)
sys.stdout.write("in parts " + TOKEN[:8])
sys.stdout.flush()
sys.stdout.write(TOKEN[8:] + "\\n")
sys.stdout.flush()
sys.stdout.buffer.write(b"buffer " + TOKEN.encode() + b"\\n")
sys.stdout.flush()
time.sleep(0.1)
os.write(1, b"descriptor " + TOKEN[:8].encode())
time.sleep(0.1)
os.write(1, TOKEN[8:].encode() + b"\\n")
subprocess.check_call(["sh", "-c", "echo process $NEPTUNE_API_TOKEN; echo process $NEPTUNE_API_TOKEN >&2"])
print("print", TOKEN, file=sys.stderr)
print("old stream", TOKEN, file=sys.__stderr__, flush=True)
os.write(2, b"token=hunter2\\n")
os.write(1, b"no end " + TOKEN.encode())
output.end(10)
"""


def test_every_way_to_print_is_masked(tmp_path):
    out, err = printed(EVERY_WAY, tmp_path)
    assert out == "print ***\nin parts ***\nbuffer ***\ndescriptor ***\nprocess ***\nno end ***"
    assert sorted(err.splitlines()) == ["old stream ***", "print ***", "process ***", "token=***"]


def test_lines_of_both_streams_keep_their_order_where_they_lead_to_one_place(tmp_path):
    out, _ = printed("""
        output = MaskedOutput()
        for number in range(100):
            os.write(1 + number % 2, b"%d\\n" % number)
        output.end(10)
        """, tmp_path, stderr=subprocess.STDOUT)
    assert out.split() == [str(number) for number in range(100)]


def test_a_private_key_that_is_printed_line_by_line_is_none(tmp_path):
    out, _ = printed("""
        output = MaskedOutput()
        for line in ("-----BEGIN RSA PRIVATE KEY-----", "MIIEow", "IBAAKC", "-----END RSA PRIVATE KEY-----", "after"):
            print(line)
        for line in (b"-----BEGIN PRIVATE KEY-----", b"MIIEow", b"IBAAKC", b"-----END PRIVATE KEY-----", b"after"):
            os.write(1, line + b"\\n")
            time.sleep(0.02)
        output.end(10)
        """, tmp_path)
    assert "MIIEow" not in out and "IBAAKC" not in out and out.count("after") == 2


def test_a_prompt_is_seen_before_its_line_ends_and_nothing_is_printed_twice(tmp_path):
    (tmp_path / "script.py").write_text(PROLOGUE + textwrap.dedent("""
        output = MaskedOutput()
        sys.stdout.write("how many? token=")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(TOKEN + "\\n")
        output.end(10)
        """))
    process = subprocess.Popen([sys.executable, "script.py"], cwd=str(tmp_path), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, bufsize=0,
                               env=environment(NEPTUNE_API_TOKEN=TOKEN))
    assert process.stdout.read(10) == b"how many? "
    out, _ = process.communicate(b"\n", timeout=30)
    assert out == b"token=***\n"


@pytest.mark.parametrize("left", ["sleep 60", "sleep 60; echo late"])
def test_a_process_that_goes_on_does_not_hold_us_nor_costs_the_last_line(tmp_path, left):
    began = time.monotonic()
    out, _ = printed("""
        output = MaskedOutput()
        left = subprocess.Popen(["sh", "-c", "exec 0</dev/null; echo started; %s"])
        time.sleep(0.2)
        os.write(1, b"last")
        output.end(10)
        os.write(1, b"\\npast it")
        left.kill()
        os._exit(0)
        """ % left, tmp_path)
    assert out == "started\nlast\npast it" and time.monotonic() - began < 30


def test_the_end_is_not_waited_for_where_nobody_reads(tmp_path):
    reading, writing = os.pipe()
    code = "output = MaskedOutput()\nos.write(2, b'x' * 300000 + b'\\n')\noutput.end(0.1)\nos._exit(0)"
    process = subprocess.Popen([sys.executable, "-c", PROLOGUE + code], stderr=writing,
                               env=environment(NEPTUNE_API_TOKEN=TOKEN))
    os.close(writing)
    assert process.wait(30) == 0
    os.close(reading)


def test_it_may_be_closed_and_stays_so(tmp_path):
    out, err = printed("""
        import atexit
        atexit.register(lambda: os.write(keep, b"fine"))
        keep = os.dup(1)
        os.close(1)
        os.close(2)
        sys.stdout = sys.stderr = None
        output = MaskedOutput()
        print("to nobody")
        output.end(10)
        """, tmp_path)
    assert (out, err) == ("fine", "")


def test_a_client_may_crash_and_the_last_line_it_printed_is_there(tmp_path):
    (tmp_path / "script.py").write_text(PROLOGUE + "MaskedOutput()\nprint('last', TOKEN)\nos.kill(os.getpid(), 9)\n")
    done = subprocess.run([sys.executable, "script.py"], cwd=str(tmp_path), stdout=subprocess.PIPE,
                          env=environment(NEPTUNE_API_TOKEN=TOKEN))
    assert done.stdout == b"last ***\n"


def masked(pieces):
    lines = Lines(END)
    return b"".join(lines.take(piece) for piece in list(pieces) + [b""])


@pytest.mark.parametrize("length", [10, 5000, 20000, 70000])
def test_no_token_is_let_through_wherever_a_long_line_is_cut(length, monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    text = (b"x" * length + TOKEN.encode() + b" ") * 3 + b"\n"
    for step in (7, 1000) if length < 20000 else (4096, 65536):
        out = masked(text[at:at + step] for at in range(0, len(text), step))
        assert out == (b"x" * length + b"*** ") * 3 + b"\n"


def test_no_cut_between_two_pieces_lets_a_secret_through(monkeypatch):
    monkeypatch.setenv("NEPTUNE_API_TOKEN", TOKEN)
    text = ("é token=hunter2 %s\r\nother=%s\n" % (TOKEN, TOKEN)).encode()
    for at in range(len(text)):
        assert masked([text[:at], text[at:]]).decode() == "é token=*** ***\r\nother=***\n"


def test_bytes_that_are_no_text_stay_as_they_are():
    text = bytes(range(1, 256)) + b"\n"
    assert masked([text]) == text


# The processes that it is for

CLIENT = """
import os, subprocess, sys
def init_run(**how):
    subprocess.check_call(["sh", "-c", "echo started with $NEPTUNE_API_TOKEN; echo token=hunter2 >&2"])
    os.write(1, b"written by C: " + os.environ["NEPTUNE_API_TOKEN"].encode() + b"\\n")
    with open("left.txt", "w") as file:
        file.write(str(subprocess.Popen(["sleep", "60"]).pid))  # which holds stdout and stderr open
    return Run()
class Field:
    def extend(self, *what, **how):
        pass
class Run:
    def __getitem__(self, name):
        return Field()
    def __setitem__(self, name, value):
        pass
    def wait(self, disk_only=False):
        pass
    def sync(self, wait=True):
        pass
    def stop(self, seconds=None):
        os.write(2, b"last words of " + os.environ["NEPTUNE_API_TOKEN"].encode())
"""
TRAINING = """
logger = Logger("out", "toy")
neptune_writer.write_row(logger, {"Epoch": 0}, "Epoch")
"""
SAID = ["last words of ***", "started with ***", "token=***", "written by C: ***"]


@pytest.mark.slow
def test_a_training_s_log_and_the_resend_command(training_folder):
    (training_folder / "client").mkdir()
    (training_folder / "client" / "neptune.py").write_text(CLIENT)
    run(TRAINING, training_folder, clients=[training_folder / "client"], NEPTUNE_API_TOKEN=TOKEN, **OFFLINE)
    journal, = journals(training_folder)
    assert sorted(journal.with_suffix(".log").read_text().splitlines()) == SAID
    began = time.monotonic()
    sent = subprocess.run(
        [sys.executable, str(VENDORED / "neptune_writer"), str(journal), "--to", "sync"], cwd=str(training_folder),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=50,
        env=environment(training_folder / "client", NEPTUNE_API_TOKEN=TOKEN))
    said = sent.stdout.decode().splitlines()
    assert sorted(line for line in said if not line.startswith("neptune: ")) == SAID
    assert sum("1 row sent to sync" in line for line in said) == 1 and time.monotonic() - began < 40
    os.kill(int((training_folder / "left.txt").read_text()), signal.SIGKILL)
