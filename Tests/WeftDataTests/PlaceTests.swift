import Foundation
import Testing
import Weft

/// Places that do not exist, wherever one is asked for: a `TensorError` that says how many there are, never a trap.
@Suite struct PlaceTests {
  private func message(_ body: () throws -> Any) -> String {
    do {
      _ = try withTensorErrors(body)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private let wrong = [-1, 5, .max, .min]
  private let images = Digits.all.subset([0, 1, 2, 3, 4])

  @Test func ofDatasets() throws {
    let rows = Tensor(zeros: [5, 2])
    let tensors = try TensorDataset(rows, rows)
    let labeled = try LabeledTensors(rows, labels: [0, 1, 0, 1, 0])
    let windows = try TextWindows(Array(0..<11), length: 2)
    let part = try Subset(images, at: [3, 1, 0, 2, 4])
    let augmented = AugmentedImages(images, transforms: [RandomFlip()])
    #expect(windows.count == 5)
    for index in wrong {
      for text in [
        message { images.batch(at: [index]) }, message { images.label(at: index) },
        message { images.pixels(at: index) },
        message { images.subset([0, index]) }, message { try images.image(at: index) },
        message { part.batch(at: [index]) }, message { try Subset(images, at: [index]) },
        message { try augmented.batch(at: [index]) }, message { windows.batch(at: [index]) },
        message { MixedDataset(images, by: .mixup(alpha: 1)).batch(at: [index]) },
      ] {
        #expect(text.contains("expected indices of 5 ") && text.contains("got index \(index)"), "\(text)")
      }
      for text in [message { tensors.batch(at: [index]) }, message { labeled.batch(at: [index]) }] {
        #expect(text.contains("[indexSelect]"), "\(text)")
      }
    }
    #expect(message { images.subset([-1]) } == "[subset]: expected indices of 5 samples, got index -1")
    #expect(message { images.label(at: 9) } == "[LabeledImages]: expected indices of 5 samples, got index 9")
    // What is there stays there.
    #expect(images.subset([4, 0]).label(at: 0) == images.label(at: 4))
  }

  @Test func ofTables() throws {
    let file = FileBytes(name: "t.csv", bytes: Array("a,b\n1,x\n2,y\n3,x\n4,z\n5,x\n".utf8))
    let text = try CSV().table(file)
    let table = try Table(decoding: file)
    let names = try text.categories("b")
    #expect(text[row: 1] == ["2", "y"] && names[2] == "z" && text.rowCount == 5)
    for index in wrong {
      #expect(message { text[row: index] }.contains("[TextTable]: expected indices of 5 rows, got index \(index)"))
      #expect(message { table.rows(at: [index]) }.contains("expected indices of 5 rows, got index \(index)"))
      #expect(message { names[index] }.contains("[Categories]: expected indices of 3 categories, got index \(index)"))
    }
  }

  @Test func ofLayers() {
    let model = Sequential {
      ReLU()
      Tanh()
    }
    for index in [-1, 2, .max] {
      let expected = "[Sequential]: expected indices of 2 layers, got index \(index)"
      #expect(message { model[index] } == expected)
      #expect(message { model[index] = ReLU() } == expected)
    }
    #expect(model[1] is Tanh && model.layers.count == 2)
  }

  @Test func ofBatches() {
    let loader = DataLoader(images, batchSize: 2)
    #expect((0..<3).map { loader.samples(ofBatch: $0).all } == [2, 2, 1])
    for place in [-1, 3, .max, .min] { #expect(loader.samples(ofBatch: place).all == 0) }
  }

  @Test func settingsAreNotChangedInSilence() {
    for (text, name) in [
      (message { DataLoader(images, batchSize: 0) }, "batchSize from 1, got 0"),
      (message { DataLoader(images, batchSize: -1) }, "batchSize from 1, got -1"),
      (message { DataLoader(images, batchSize: 1, workers: -1) }, "workers from 0, got -1"),
      (message { DataLoader(images, batchSize: 1, prefetch: 0) }, "prefetch from 1, got 0"),
      (message { LSTM(2, 3, numLayers: 0) }, "[LSTM]: expected layers in 1 ... 100000, got 0"),
      (message { GRU(2, 3, numLayers: -1) }, "[GRU]: expected layers in 1 ... 100000, got -1"),
      (message { Linear(-1, 3) }, "[Linear]: expected input features in 0 ... 2147483647, got -1"),
      (message { Linear(3, -1) }, "[Linear]: expected output features in 0"),
      (message { Conv2d(-1, 3, kernelSize: 3) }, "[Conv2d]: expected input channels in 0"),
      (message { Conv1d(1, -3, kernelSize: 3) }, "[Conv1d]: expected output channels in 0"),
      (message { ConvTranspose2d(1, -3, kernelSize: 3) }, "[ConvTranspose2d]: expected output channels in 0"),
      (message { Embedding(-1, 3) }, "[Embedding]: expected entries in 0"),
      (message { BatchNorm2d(-1) }, "[BatchNorm2d]: expected channels in 0"),
      (message { BatchNorm1d(-1) }, "[BatchNorm1d]: expected channels in 0"),
      (message { GroupNorm(1, -1) }, "[GroupNorm]: expected channels in 0"),
      (message { InstanceNorm2d(-1, affine: true) }, "[InstanceNorm2d]: expected channels in 0"),
      (message { PReLU(-1) }, "[PReLU]: expected channels in 0"),
      (message { Bilinear(1, -1, 1) }, "[Bilinear]: expected input features in 0"),
      (message { LSTM(-1, 1) }, "[LSTM]: expected an input size in 0"),
    ] {
      #expect(text.contains(name), "\(name): \(text)")
    }
    #expect(DataLoader(images, batchSize: 3, workers: 0).count == 2)
  }

  @Test func aTrainingWithoutABatchIsRefused() throws {
    let model = Sequential { Linear(2, 2) }
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 2)
    let nothing = try LabeledTensors(Tensor(zeros: [0, 2]), labels: [Int](), classCount: 2)
    let few = try LabeledTensors(Tensor(zeros: [3, 2]), labels: [0, 1, 0])
    #expect(
      message { try trainer.fit(DataLoader(nothing, batchSize: 4), epochs: 1) }
        == "[fit]: expected data of at least one batch, got no samples")
    let text = message { try trainer.fit(DataLoader(few, batchSize: 4, dropLast: true), steps: 3) }
    #expect(text.contains("got 3 samples, fewer than the 4 of a batch") && text.contains("dropLast"), "\(text)")
    // Nothing was asked for, and nothing is done.
    #expect(try trainer.fit(DataLoader(nothing, batchSize: 4), epochs: 0).isEmpty)
  }
}
