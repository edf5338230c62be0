"""Checks FOLDER/model.onnx with the ONNX checker and runs it on FOLDER/pixels.bin in onnxruntime and, its weights put into
them, in PyTorch's layers. Prints [{"peer", "seconds", "difference", "checked"}]: the greatest difference from FOLDER/outputs.json,
as a share of the largest number of that output."""
import json
import os
import sys
import time

import numpy as np
import onnx
import onnxruntime
import torch
import torchvision
from onnx import numpy_helper
from torch import nn
from torch.nn import functional as F

folder = sys.argv[1]
path = os.path.join(folder, "model.onnx")
expected = json.load(open(os.path.join(folder, "outputs.json")))
model = onnx.load(path)
try:
    onnx.checker.check_model(model, full_check=True)
    checked = True
except onnx.checker.ValidationError as error:
    print(error, file=sys.stderr)
    checked = False

size = expected["size"]
norm = json.loads({p.key: p.value for p in model.metadata_props}["normalization"])
pixels = np.fromfile(os.path.join(folder, "pixels.bin"), np.uint8).reshape(-1, size, size, 3)
images = ((pixels / 255 - norm["mean"]) / norm["deviation"]).transpose(0, 3, 1, 2).astype(np.float32)


class Demo(nn.Module):
    """The demo network, with the names of its parameters."""

    def __init__(self):
        super().__init__()

        def unit(inputs, outputs, kernel, stride):
            conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
            return nn.ModuleDict({"conv": conv, "bn": nn.BatchNorm2d(outputs)})

        widths = [6, 16, 32, 64]
        for i in (1, 2, 3):
            inputs, width = widths[i - 1], widths[i]
            down = unit(inputs, width, 5 if i == 1 else 3, 2)
            block = nn.ModuleDict({"1": unit(width, width, 3, 1), "2": unit(width, width, 3, 1)})
            self.add_module(f"stage{i}", nn.ModuleDict({"down": down, "block": block}))
        self.features, self.heads = nn.Linear(256, 64), nn.Linear(64, 5)

    def forward(self, x):
        def run(unit, value):
            return unit["bn"](unit["conv"](value))

        taps = torch.tensor([1.0, 2.0, 1.0]) / 4
        blurred = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), torch.outer(taps, taps).expand(3, 1, 3, 3), groups=3)
        x = torch.cat([x, 6 * (x - blurred)], 1)
        for i in (1, 2, 3):
            stage = getattr(self, f"stage{i}")
            x = F.relu(run(stage["down"], x))
            x = F.relu(x + run(stage["block"]["2"], F.relu(run(stage["block"]["1"], x))))
        features = self.features(F.adaptive_avg_pool2d(x, 2).flatten(1))
        return features, self.heads(features)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torchvision.models.resnet50(weights=None)
        self.body.fc = nn.Linear(2048, 768)
        self.heads = nn.Linear(768, 5)

    def forward(self, x):
        features = self.body(x)
        return features, self.heads(features)


twin = Demo() if expected["network"] == "demo" else ResNet()
weights = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
state = {name: value for name, value in twin.state_dict().items() if "num_batches" not in name}
loaded = {name: weights[name.removeprefix("body.")] for name in state}
twin.load_state_dict(loaded, strict=False)
twin.eval()
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def in_runtime():
    return session.run(["features", "heads"], {"image": images})


@torch.inference_mode()
def in_torch():
    return [output.numpy() for output in twin(torch.from_numpy(images))]


results = []
for peer, run in (("onnxruntime in Python", in_runtime), ("PyTorch", in_torch)):
    run()
    start = time.perf_counter()
    outputs = run()
    seconds = time.perf_counter() - start
    differences = [
        np.abs(output.ravel() - np.array(expected[name])).max() / np.abs(output).max()
        for name, output in zip(("features", "heads"), outputs)
    ]
    results.append({"peer": peer, "seconds": seconds, "difference": float(max(differences)), "checked": checked})
print(json.dumps(results))
