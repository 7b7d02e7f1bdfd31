"""Writes models/*.json: what PyTorch computes for each ready model, in float64.

    python make_models.py        (PyTorch 2.13, torchvision 0.28, CPU)

No weights are stored: parameter number k by name holds, at place i, a value of `pattern(k)`, which the tests compute too.
A file holds summaries (norm, sum times fixed weights, first values) of the output, of every gradient of the
cross-entropy, and of the outputs in evaluation after five steps of SGD, with the loss before each step and after the last.
`structures.json` holds names and shapes of whole models.
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

# torchvision's compiled operators, which a build for another PyTorch lacks, are not needed for its models.
library = torch.library.Library("torchvision", "FRAGMENT")
if not hasattr(torch.ops.torchvision, "nms"):
    for name in ("nms", "qnms"):
        library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from torchvision.models import resnet, vgg  # noqa: E402

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent / "models"


def pattern(k, shape):
    """Numbers in -1 ... 1."""
    place = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return (((place * 7919 + k * 104729 + 13) % 1009) / 504.0 - 1).reshape(shape)


def fill(model):
    """Weights even within √(6 / fan in), those of normalizations near 1, biases near 0."""
    for k, (name, parameter) in enumerate(sorted(model.named_parameters())):
        values = pattern(k, parameter.shape)
        if parameter.dim() > 1:
            values = values * (6 / parameter[0].numel()) ** 0.5
        else:
            values = 0.1 * values + (1 if name.endswith("weight") else 0)
        parameter.data = values
    return model


def summary(tensor):
    values = tensor.detach().flatten()
    weights = pattern(0, values.shape)
    return {"shape": list(tensor.shape), "norm": float(values.norm()), "dot": float((values * weights).sum()),
            "first": [float(v) for v in values[:4]]}


def write(name, content):
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(content, separators=(",", ":")).replace("},", "},\n") + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def case(name, model, shape, classes, rate):
    model = fill(model.double()).train()
    x = pattern(1000, shape)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    record = {"input": list(shape), "classes": classes, "rate": rate, "losses": []}
    for step in range(6):
        output = model(x)
        places = torch.arange(output[:, 0].numel()).reshape(output[:, 0].shape)
        loss = F.cross_entropy(output, places % classes)
        record["losses"].append(loss.item())
        if step == 5:
            break
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            record["output"] = summary(output)
            record["gradients"] = {n: summary(p.grad) for n, p in model.named_parameters()}
        optimizer.step()
    with torch.no_grad():
        record["evalOutput"] = summary(model.eval()(x))
    write(name, record)


class LeNet(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(channels, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, classes)

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = F.max_pool2d(F.relu(conv(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


class NarrowResNet(resnet.ResNet):
    """torchvision's, with another width."""

    def __init__(self, block, blocks, width, classes):
        super().__init__(block, blocks, num_classes=classes)
        self.inplanes = width
        self.conv1, self.bn1 = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width)
        for stage, count in enumerate(blocks):
            layer = self._make_layer(block, width << stage, count, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", layer)
        self.fc = nn.Linear(self.inplanes, classes)


def narrow_vgg(letter, batch_norm, width, hidden, classes):
    """torchvision's, with another width."""
    with torch.device("meta"):
        model = vgg.VGG(nn.Identity(), init_weights=False)
    channels = [c if c == "M" else c * width // 64 for c in vgg.cfgs[letter]]
    model.features, model.avgpool = vgg.make_layers(channels, batch_norm), nn.AdaptiveAvgPool2d(7)
    sizes = (8 * width * 49, hidden, hidden, classes)
    linears = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    model.classifier = nn.Sequential(linears[0], nn.ReLU(), nn.Dropout(0), linears[1], nn.ReLU(), nn.Dropout(0), linears[2])
    return model


class DoubleConv(nn.Module):
    def __init__(self, i, o, middle=None):
        super().__init__()
        m = middle or o
        self.double_conv = nn.Sequential(
            nn.Conv2d(i, m, 3, padding=1, bias=False), nn.BatchNorm2d(m), nn.ReLU(),
            nn.Conv2d(m, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(i, o))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, i, o, bilinear):
        super().__init__()
        self.up = nn.ConvTranspose2d(i, i // 2, 2, stride=2)
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv = DoubleConv(i, o, i // 2 if bilinear else o)

    def forward(self, x, skip):
        x = self.up(x)
        rows, columns = skip.shape[2] - x.shape[2], skip.shape[3] - x.shape[3]
        x = F.pad(x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
        return self.conv(torch.cat([skip, x], 1))


class OutConv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, channels, classes, width, bilinear=False):
        super().__init__()
        self.inc, factor = DoubleConv(channels, width), 2 if bilinear else 1
        for step in range(4):
            last = step == 3
            setattr(self, f"down{step + 1}", Down(width << step, (width << step + 1) // (factor if last else 1)))
            setattr(self, f"up{step + 1}", Up(width << 4 - step, (width << 3 - step) // (1 if last else factor), bilinear))
        self.outc = OutConv(width, classes)

    def forward(self, x):
        found = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3, self.down4):
            found.append(down(found[-1]))
        x = found.pop()
        for up in (self.up1, self.up2, self.up3, self.up4):
            x = up(x, found.pop())
        return self.outc(x)


def structures():
    with torch.device("meta"):
        models = {name: getattr(resnet, name)() for name in ("resnet18", "resnet34", "resnet50")}
        for depth in (11, 13, 16, 19):
            for suffix in ("", "_bn"):
                models[f"vgg{depth}{suffix}"] = getattr(vgg, f"vgg{depth}{suffix}")(init_weights=False)
    return {name: {key: list(value.shape) for key, value in model.state_dict().items()} for name, model in models.items()}


if __name__ == "__main__":
    write("structures", structures())
    case("lenet", LeNet(1, 5), (4, 1, 32, 32), 5, 0.01)
    case("resnet18", NarrowResNet(resnet.BasicBlock, [2, 2, 2, 2], 4, 5), (4, 3, 64, 64), 5, 0.01)
    case("resnet34", NarrowResNet(resnet.BasicBlock, [3, 4, 6, 3], 4, 5), (2, 3, 64, 64), 5, 0.01)
    case("resnet50", NarrowResNet(resnet.Bottleneck, [3, 4, 6, 3], 4, 5), (4, 3, 64, 64), 5, 1e-9)
    case("vgg11", narrow_vgg("A", False, 4, 16, 5), (2, 3, 32, 32), 5, 0.05)
    case("vgg13", narrow_vgg("B", False, 4, 16, 5), (2, 3, 32, 32), 5, 0.05)
    case("vgg16_bn", narrow_vgg("D", True, 4, 16, 5), (4, 3, 64, 64), 5, 0.001)
    case("vgg19", narrow_vgg("E", False, 4, 16, 5), (2, 3, 32, 32), 5, 0.05)
    case("unet", UNet(2, 3, 4), (2, 2, 34, 40), 3, 0.05)
    case("unet_bilinear", UNet(2, 3, 4, bilinear=True), (2, 2, 34, 40), 3, 0.05)
