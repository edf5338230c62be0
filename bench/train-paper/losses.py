"""The losses of FOLDER/images.bin, order.bin and manipulated.bin by FOLDER/model.onnx's weights in torchvision's ResNet-50, in training mode, micro-batch by
micro-batch, over all pairs of the batch. Prints {"exif", "manipulation", "seconds"}."""
import json
import os
import sys
import time

import numpy as np
import onnx
import torch
import torchvision
from onnx import numpy_helper
from torch import nn

folder, micro = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(2)
images = torch.from_numpy(np.fromfile(os.path.join(folder, "images.bin"), np.float32)).view(-1, 3, 224, 224)
count = len(images)
order = torch.from_numpy(np.fromfile(os.path.join(folder, "order.bin"), np.float32)).view(count, count, 4)
body = torchvision.models.resnet50(weights=None)
body.fc = nn.Linear(2048, 768)
net = nn.Sequential(body, nn.Linear(768, 5)).train()
graph = onnx.load(os.path.join(folder, "model.onnx")).graph
weights = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
names = {name: name.replace("0.", "", 1) if name.startswith("0.") else name.replace("1.", "heads.", 1) for name in net.state_dict()}
net.load_state_dict({name: weights[own] for name, own in names.items() if own in weights}, strict=False)
assert sum(own in weights for own in names.values()) == len(names) - sum("num_batches" in name for name in names)

start = time.perf_counter()
with torch.no_grad():
    heads = torch.cat([net(part) for part in images.split(micro)]).double()
seconds = time.perf_counter() - start


def fidelity(p, q, other):
    return 1 - torch.sqrt(p * q + 1e-8) - torch.sqrt((1 - p) * other + 1e-8)


scores = heads[:, :4]
difference = (scores[:, None] - scores[None]) / 2**0.5
elements = fidelity(order.double(), torch.special.ndtr(difference), torch.special.ndtr(-difference)).sum(2)
exif = (elements.sum() - elements.diagonal().sum()) / (count * (count - 1))
manipulated = torch.from_numpy(np.fromfile(os.path.join(folder, "manipulated.bin"), np.float32)).double()
logit = heads[:, 4]
manipulation = fidelity(manipulated, torch.sigmoid(logit), torch.sigmoid(-logit)).mean()
print(json.dumps({"exif": exif.item(), "manipulation": manipulation.item(), "seconds": seconds}))
