"""Writes models/small.json: what PyTorch computes for small ready models, in float64.

    python make_small_models.py        (PyTorch 2.13, CPU)

Weights are not stored: both sides fill every parameter by one formula of its number and the element's. Of gradients only
the norm, the product with fixed weights and the first four values are kept.
"""
import json
import math
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent / "models"


def filled(number, shape, scale=1.0):
    """Even numbers around 0, from the high bits of a product: the tests compute the same."""
    index = torch.arange(math.prod(shape), dtype=torch.int64)
    scrambled = ((index + 1) * (2654435 + 40503 * number)) % 1000003
    return ((scrambled.double() / 500001.5 - 1) * scale).reshape(shape)


def fill(model):
    for number, p in enumerate(model.parameters()):
        fan = math.prod(p.shape[1:]) if p.dim() > 1 else p.numel()
        base = 1.0 if p.dim() == 1 and number in getattr(model, "ones", ()) else 0.0
        p.data = base + filled(number, p.shape, 1 / math.sqrt(fan))


def summary(tensor):
    flat = tensor.detach().flatten()
    return {"norm": float(flat.norm()), "product": float((flat * filled(977, flat.shape)).sum()),
            "first": [float(v) for v in flat[:4]]}


def model_case(name, model, loss, rate):
    """Output and loss, gradients, and the losses of five steps of SGD."""
    fill(model)
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    record = {"name": name, "rate": rate, "losses": []}
    for step in range(6):
        output, value = loss(model)
        record["losses"].append(float(value.detach()))
        if step == 5:
            break
        optimizer.zero_grad()
        value.backward()
        if step == 0:
            record["output"] = summary(output)
            record["gradients"] = {key: summary(p.grad) for key, p in model.named_parameters()}
        optimizer.step()
    return record


class CharLSTM(nn.Module):
    def __init__(self, tokens, embedding, hidden):
        super().__init__()
        self.encoder = nn.Embedding(tokens, embedding)
        self.rnn = nn.LSTM(embedding, hidden, 2, batch_first=True)
        self.decoder = nn.Linear(hidden, tokens)

    def forward(self, tokens):
        return self.decoder(self.rnn(self.encoder(tokens))[0])


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 3, 3, 1), nn.ReLU(), nn.MaxPool2d(2, 2), nn.Conv2d(16, 8, 3, 2, 1), nn.ReLU(),
            nn.MaxPool2d(2, 1))
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(8, 16, 3, 2), nn.ReLU(), nn.ConvTranspose2d(16, 8, 5, 3, 1), nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 2, 2, 1), nn.Tanh())

    def forward(self, x):
        return self.decoder(self.encoder(x))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x, noise):
        hidden = F.relu(self.fc1(x))
        mean, log_variance = self.fc21(hidden), self.fc22(hidden)
        place = mean + noise * torch.exp(0.5 * log_variance)
        return torch.sigmoid(self.fc4(F.relu(self.fc3(place)))), mean, log_variance


def vae_loss(model):
    x, noise = filled(901, (3, 784)) / 2 + 0.5, filled(902, (3, 20), 2.0)
    images, mean, log_variance = model(x, noise)
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()
    return images, F.binary_cross_entropy(images, x, reduction="sum") + divergence


class Stack(nn.Module):
    """Layers under the name `main`; the factors of normalizations begin at 1."""

    def __init__(self, *layers):
        super().__init__()
        self.main = nn.Sequential(*layers)
        norms = {id(m.weight) for m in self.main if isinstance(m, nn.BatchNorm2d)}
        self.ones = [i for i, p in enumerate(self.parameters()) if id(p) in norms]

    def forward(self, x):
        return self.main(x)


def generator(latent, size):
    layers = [nn.ConvTranspose2d(latent, size * 8, 4, 1, 0, bias=False), nn.BatchNorm2d(size * 8), nn.ReLU()]
    for k in (4, 2, 1):
        layers += [nn.ConvTranspose2d(size * k * 2, size * k, 4, 2, 1, bias=False), nn.BatchNorm2d(size * k), nn.ReLU()]
    return Stack(*layers, nn.ConvTranspose2d(size, 3, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(size):
    layers = [nn.Conv2d(3, size, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for k in (1, 2, 4):
        layers += [nn.Conv2d(size * k, size * k * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(size * k * 2),
                   nn.LeakyReLU(0.2)]
    return Stack(*layers, nn.Conv2d(size * 8, 1, 4, 1, 0, bias=False), nn.Sigmoid())


def squares(number, shape, target, target_shape):
    def loss(model):
        output = model(filled(number, shape))
        return output, F.mse_loss(output.reshape(target_shape), filled(target, target_shape) / 2 + 0.5)
    return loss


def char_loss(model):
    tokens = torch.arange(36).reshape(3, 12) * 7 % 11
    logits = model(tokens[:, :-1])
    return logits, F.cross_entropy(logits.reshape(-1, 11), tokens[:, 1:].reshape(-1))


if __name__ == "__main__":
    cases = [
        model_case("char_lstm", CharLSTM(11, 6, 10), char_loss, 0.5),
        model_case("autoencoder", Autoencoder(), squares(903, (2, 1, 28, 28), 904, (2, 1, 28, 28)), 0.1),
        model_case("vae", VAE(), vae_loss, 1e-3),
        model_case("generator", generator(10, 4), squares(905, (3, 10, 1, 1), 906, (3, 3, 64, 64)), 0.1),
        model_case("discriminator", discriminator(4), squares(907, (3, 3, 64, 64), 908, (3,)), 0.1),
    ]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "small.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
    for case in cases:
        print(case["name"], case["losses"])
