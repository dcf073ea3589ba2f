#!/usr/bin/env bash
# Makes a virtual environment with the Python peers: benchmarks/peers/setup.sh [FOLDER], by default ~/.cache/tessera-peers.
# The CPU build of torch is enough; the default one is larger by gigabytes on Linux.
set -euo pipefail
folder=${1:-$HOME/.cache/tessera-peers}
if [ ! -x "$folder/bin/python" ]; then
  python3 -m venv "$folder"
fi
"$folder/bin/pip" install --quiet numpy scipy faiss-cpu torch threadpoolctl pillow tokenizers sentencepiece tiktoken
echo "ready: $folder/bin/python"
