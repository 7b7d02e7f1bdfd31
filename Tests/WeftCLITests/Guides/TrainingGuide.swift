import Foundation
import Testing
import Weft

/// The program of the guide "Training".
@Test func theProgramOfTheTrainingGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    Random.seed(7)
    let model = Sequential {
      Flatten(); Linear(64, 64); ReLU(); Dropout(0.1); Linear(64, 10)
    }
    let (train, validation) = try Digits.train.split(validation: 0.2, seed: 7)
    let loader = DataLoader(train, batchSize: 64, shuffle: true, seed: 7)
    let epochs = 8
    let schedule = Schedules.oneCycle(peak: 1e-2, over: epochs * loader.count)
    let optimizer = AdamW(model.parameters(), learningRate: 1e-2)
    var (losses, accuracies) = ([Double](), [Double]())

    for epoch in 1...epochs {
      model.train()
      var sum = 0.0
      for batch in loader {
        optimizer.learningRate = schedule(optimizer.stepCount)
        let loss = crossEntropy(model(batch.images), classIndices: batch.labels)
        optimizer.zeroGrad()
        loss.backward()
        clipGradientNorm(optimizer.parameters, to: 1)
        optimizer.step()
        sum += loss.item()
      }
      losses.append(sum / Double(loader.count))
      accuracies.append(try Trainer.evaluate(model, on: validation).accuracy)
      print("epoch \(epoch): loss \(losses[epoch - 1]), accuracy \(accuracies[epoch - 1])")
    }
    print("on digits never looked at: \(try Trainer.evaluate(model, on: Digits.test).accuracy)")

    let chart = Chart(
      "digits",
      panels: [
        Chart.Panel("loss", lines: [Chart.Line("train", losses)]),
        Chart.Panel("accuracy", unit: .percent, lines: [Chart.Line("validation", accuracies)]),
      ])
    try AtomicFile.write(chart.svg, to: NSTemporaryDirectory() + "/curves.svg")
    // End.
    #expect(accuracies[7] > 0.93)
  }
}
