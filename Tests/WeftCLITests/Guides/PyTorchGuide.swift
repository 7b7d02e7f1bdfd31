import Foundation
import Testing
import Weft

/// The program of the guide "From PyTorch".
@Test func theProgramOfThePyTorchGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    /// class Net(nn.Module): properties named as PyTorch's attributes are, in camel case, give the same names in files.
    final class Net: Module {
      var convFirst = Conv2d(1, 16, kernelSize: 3, padding: 1)
      var norm = BatchNorm2d(16)
      var head = Linear(16 * 4 * 4, 10)

      override func forward(_ x: Tensor) -> Tensor {
        let features = norm(convFirst(x)).relu().maxPooled(kernel: 2)  // F.max_pool2d(F.relu(...), 2)
        return head(features.flattened(from: 1))  // .flatten(1)
      }
    }

    Random.seed(7)  // torch.manual_seed(7): the same for each run, but other numbers than PyTorch's
    let model = Net()
    for (name, value) in model.state() { print(name, value.shape) }  // state_dict()

    let optimizer = SGD(model.parameters(), learningRate: 0.05, momentum: 0.9)
    let loader = DataLoader(Digits.train, batchSize: 64, shuffle: true, seed: 7)
    let schedule = Schedules.cosine(from: 0.05, over: 3 * loader.count)
    for epoch in 1...3 {
      model.train()
      for batch in loader {
        optimizer.learningRate = schedule(optimizer.stepCount)  // a function of the step, which holds no optimizer
        let loss = crossEntropy(model(batch.images), classIndices: batch.labels)
        optimizer.zeroGrad()
        loss.backward()
        clipGradientNorm(model.parameters(), to: 1)
        optimizer.step()
      }
      model.eval()
      let right = noGrad {  // with torch.no_grad():
        DataLoader(Digits.test, batchSize: 500).reduce(0) { count, batch in
          count + (model(batch.images).argMax(axis: 1) .== batch.labels).sum().item(as: Int.self)
        }
      }
      print("epoch \(epoch): \(right) of \(Digits.test.count)")
    }

    // What safetensors.torch.save_file(model.state_dict(), path) wrote is read by load, and the other way round.
    let path = NSTemporaryDirectory() + "/net-\(UUID().uuidString).safetensors"
    try model.save(to: path)
    let loaded = Net()
    try loaded.load(from: path)
    // End.
    let names = [
      "conv_first.weight", "conv_first.bias", "norm.weight", "norm.bias", "head.weight", "head.bias",
      "norm.running_mean", "norm.running_var", "norm.num_batches_tracked",
    ]
    #expect(loaded.state().map(\.name) == names)
    #expect(zip(loaded.parameters(), model.parameters()).allSatisfy { $0.value.elementsEqual($1.value) })
    let accuracy = try Trainer.evaluate(model, on: Digits.test).accuracy
    #expect(accuracy > 0.9)
    try FileManager.default.removeItem(atPath: path)
  }
}
