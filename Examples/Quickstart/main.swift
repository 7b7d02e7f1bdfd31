import Weft

Random.seed(7)
let model = Sequential {
  Conv2d(1, 16, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
  Flatten()
  Linear(16 * 4 * 4, 10)
}
let optimizer = AdamW(model.parameters(), learningRate: 3e-3)
for epoch in 1...10 {
  for batch in DataLoader(Digits.train, batchSize: 32, shuffle: true, seed: UInt64(epoch)) {
    let loss = crossEntropy(model(batch.images), classIndices: batch.labels)  // forward: every operation is recorded
    loss.backward()  // backward: every parameter gets its gradient
    optimizer.step()
    optimizer.zeroGrad()
  }
  print("epoch \(epoch): \(try Trainer.evaluate(model, on: Digits.test).accuracy)")
}
try model.save(to: "digits.safetensors")
