"""A training step, and features, in PyTorch. Reads {"network", "size", "batch", "layout", "steps", "mode"} from the
command line as JSON; prints {"seconds", "gigabytes"}: the least of the steps, and the peak of memory."""
import json
import resource
import sys
import time

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

task = json.loads(sys.argv[1])
torch.set_num_threads(2)
torch.manual_seed(1)


def unit(inputs, outputs, kernel, stride):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Stage(nn.Module):
    def __init__(self, inputs, width, kernel):
        super().__init__()
        self.down, self.first, self.second = unit(inputs, width, kernel, 2), unit(width, width, 3, 1), unit(width, width, 3, 1)

    def forward(self, x):
        x = F.relu(self.down(x))
        return F.relu(x + self.second(F.relu(self.first(x))))


class Demo(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = nn.Sequential(Stage(6, 16, 5), Stage(16, 32, 3), Stage(32, 64, 3))
        self.features, self.heads = nn.Linear(256, 64), nn.Linear(64, 5)
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.register_buffer("blur", torch.outer(taps, taps).expand(3, 1, 3, 3).contiguous())

    def forward(self, x):
        blurred = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), self.blur, groups=3)
        x = self.stages(torch.cat([x, 6 * (x - blurred)], 1))
        return self.heads(self.features(F.adaptive_avg_pool2d(x, 2).flatten(1)))


def resnet50():
    body = torchvision.models.resnet50(weights=None)
    body.fc = nn.Linear(2048, 768)
    return nn.Sequential(body, nn.Linear(768, 5))


def fidelity(p, q):
    return 1 - torch.sqrt(p * q + 1e-8) - torch.sqrt((1 - p) * (1 - q) + 1e-8)


net = Demo() if task["network"] == "demo" else resnet50()
images = torch.randn(task["batch"], 3, task["size"], task["size"])
if task["layout"] == "channels_last":
    net, images = net.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
order = (torch.rand(task["batch"], task["batch"], 4) > 0.5).float()
manipulated = (torch.arange(task["batch"]) % 2).float()
optimizer = torch.optim.AdamW(net.parameters(), lr=1e-5, weight_decay=1e-4)


def train():
    optimizer.zero_grad(set_to_none=True)
    heads = net(images)
    scores = heads[:, :4]
    q = torch.special.ndtr((scores[:, None] - scores[None]) / 2**0.5)
    loss = fidelity(order, q).mean() * 4 + fidelity(manipulated, torch.sigmoid(heads[:, 4])).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.inference_mode()
def features():
    return net(images).sum().item()


if task["mode"] == "features":
    net.eval()
least = float("inf")
for step in range(task["steps"]):
    start = time.perf_counter()
    (train if task["mode"] == "train" else features)()
    if step > 0:
        least = min(least, time.perf_counter() - start)
print(json.dumps({"seconds": least, "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6}))
