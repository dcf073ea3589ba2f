"""Tessera's side of the comparisons: JVMs of this project's jars that take orders."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from timing import PROJECT, TURN_MILLIS

LIBRARIES = PROJECT / "benchmarks/target/lib"
FLAGS = ["--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]
OLDEST_JAVA = 25


def java_command(asked, class_path=None):
    """How a command begins that runs a class of Tessera's benchmarks.

    asked       a java, or None for that of JAVA_HOME, or on the PATH
    class_path  None for this project's jars
    """
    home = os.environ.get("JAVA_HOME")
    java = asked or (os.path.join(home, "bin/java") if home else shutil.which("java"))
    if not java or not os.access(java, os.X_OK):
        sys.exit(f"there is no java at {java}: pass --java, or set JAVA_HOME")
    version = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    number = version.split('"')[1] if '"' in version else "?"
    if not number.split(".")[0].split("-")[0].isdigit() or int(number.split(".")[0].split("-")[0]) < OLDEST_JAVA:
        sys.exit(f"{java} is Java {number}, Tessera needs {OLDEST_JAVA}: pass --java, or set JAVA_HOME")
    if not class_path and not any(LIBRARIES.glob("tessera-benchmarks-*.jar")):
        sys.exit(f"{LIBRARIES} has no tessera-benchmarks jar: build with mvn -q package -DskipTests")
    return [java, *FLAGS, "-cp", class_path or f"{LIBRARIES}/*"]


class Jvm:
    """A JVM that takes orders, a line each, and answers each with a line."""

    def __init__(self, command, environment=None):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment
        )

    def answer(self, *words):
        order = " ".join(str(word) for word in words)
        try:
            self.process.stdin.write(order + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.log.seek(0)
            sys.exit(f"the JVM failed at `{order}`:\n{self.log.read()}")
        return line.strip()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


class Tessera(Jvm):
    """PeerRun, or another class with its own orders, on the files of a folder; answers are JSON."""

    def __init__(self, java, folder, main="PeerRun", environment={}):
        command = [*java, f"dev.tessera.benchmarks.{main}", str(folder)]
        environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": str(1 << 16), **environment}  # "memory" sees native memory come and go
        super().__init__(command, environment)

    def ask(self, *words):
        return json.loads(self.answer(*words))

    def turn(self, case):
        return self.ask("time", case, TURN_MILLIS)["nanos"] / 1e6
