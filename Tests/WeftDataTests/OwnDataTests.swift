import Foundation
import Testing
import Weft

/// Data of the program's own: images, tensors, parts of datasets, and what trains on them.
@Suite struct OwnDataTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func images(_ pixels: [UInt8], _ labels: [Int], channels: Int = 1, classCount: Int = 2) throws
    -> LabeledImages
  {
    try LabeledImages(
      name: "own", pixels: pixels, labels: labels, size: (channels, 2, 2), classCount: classCount,
      scale: PixelScale(mean: 0.5, deviation: 0.25))
  }

  @Test func imagesOfOnesOwn() throws {
    let data = try images([0, 255, 51, 102, 255, 0, 0, 0], [1, 300], classCount: 301)
    #expect(data.count == 2 && data.label(at: 1) == 300 && data.pixels(at: 1) == [255, 0, 0, 0])
    let batch = data.batch(at: [1, 0])
    #expect(batch.images.shape == [2, 1, 2, 2] && batch.labels.scalars(as: Int.self) == [300, 1])
    // (0.2 - 0.5)/0.25 and (0.4 - 0.5)/0.25
    #expect(batch.inputs[1].flattened().isClose(to: Tensor([-2, 2, -1.2, -0.4])))
    #expect(try images([], []).count == 0)
  }

  @Test func imagesThatDoNotFitAreRefused() {
    #expect(
      message { _ = try images([1, 2, 3], [0]) }
        == "[LabeledImages]: expected 4 pixels: 1 images of [1, 2, 2], got 3")
    #expect(
      message { _ = try images([1, 2, 3, 4], [2]) }
        == "[LabeledImages]: expected labels from 0 through 1, got label 2 for sample 0")
    #expect(message { _ = try images([1, 2, 3, 4], [-1]) }.contains("label -1"))
    #expect(message { _ = try images([1, 2, 3, 4], [0], classCount: 0) }.contains("at least one class"))
    for channels in [0, -1, 1 << 62] { #expect(message { _ = try images([], [0], channels: channels) } != "no error") }
  }

  @Test func aScaleOfPixels() {
    let scale = PixelScale(of: [0, 255, 255, 0])
    #expect(scale.mean == 0.5 && scale.deviation == 0.5 && scale.normalized(1) == 1)
    #expect(PixelScale(of: [7, 7]).deviation == 1 && PixelScale(of: []).deviation == 1)
    for wrong in [0, -1, .nan, .infinity] {
      #expect(throws: TensorError.self) { try withTensorErrors { PixelScale(mean: 0, deviation: wrong) } }
      #expect(throws: TensorError.self) { try withTensorErrors { PixelScale(white: wrong, mean: 0, deviation: 1) } }
    }
  }

  @Test func tensorsAreADataset() throws {
    let data = try TensorDataset(
      Tensor([[1.0, 2], [3, 4], [5, 6]]), Tensor([10, 20, 30]).requiringGradIfFloating())
    let batch = data.batch(at: [2, 0])
    #expect(batch.inputs.elementsEqual(Tensor([[5.0, 6], [1, 2]])) && batch.targets.elementsEqual(Tensor([30, 10])))
    #expect(!batch.inputs.requiresGrad)
    #expect(Array(DataLoader(data, batchSize: 2)).map(\.targets.elementCount) == [2, 1])
    #expect(message { _ = try TensorDataset(Tensor(1.0), Tensor([1])) }.contains("inputs without axes"))
    #expect(
      message { _ = try TensorDataset(Tensor([1.0]), Tensor([1, 2])) }.contains(
        "as many targets as inputs, got 2 and 1"))
  }

  @Test func tensorsWithLabels() throws {
    let data = try LabeledTensors(Tensor([[1.0], [2], [3]]), labels: [0, 2, 1])
    #expect(data.classCount == 3 && data.batch(at: [1]).labels.elementsEqual(Tensor([2])))
    #expect(try LabeledTensors(Tensor([1.0]), labels: Tensor([1], dtype: .uint8), classCount: 5).labels.dtype == .int64)
    #expect(message { _ = try LabeledTensors(Tensor([1.0]), labels: [3], classCount: 3) }.contains("from 0 through 2"))
    #expect(message { _ = try LabeledTensors(Tensor([1.0]), labels: Tensor([1.0])) }.contains("an integer type"))
    #expect(message { _ = try LabeledTensors(Tensor([1.0]), labels: [-1]) }.contains("label -1"))
    #expect(message { _ = try LabeledTensors(Tensor([1.0]), labels: Tensor([[1]])) }.contains("shape [1]"))
  }

  @Test func partsHaveNoSampleInCommon() throws {
    let data = try LabeledTensors(Tensor((0..<10).map(Double.init)), labels: Array(repeating: 0, count: 10))
    let (train, validation) = try data.split(validation: 0.3, seed: 7)
    #expect(validation.count == 3 && train.count == 7 && train.classCount == 1)
    #expect((train.indices + validation.indices).sorted() == Array(0..<10))
    #expect(try data.split(validation: 0.3, seed: 7).validation.indices == validation.indices)
    #expect(try data.split(validation: 0.3, seed: 8).validation.indices != validation.indices)
    let batch = validation.batch(at: [2])
    #expect(batch.inputs.item() == Double(validation.indices[2]))
    #expect(try data.split(validation: 0).validation.count == 0 && data.split(validation: 1).train.count == 0)
    for share in [-0.1, 1.5, .nan] { #expect(throws: TensorError.self) { try data.split(validation: share) } }
    #expect(throws: TensorError.self) { try Subset(data, at: [10]) }
  }

  private struct Broken: LabeledDataset {
    struct Failure: Error {}
    let count = 4
    let classCount = 2
    func batch(at indices: [Int], context: LoadingContext) throws(Failure) -> LabeledBatch { throw Failure() }
  }

  @Test func theTrainerTakesAnyLabeledData() throws {
    // Two clouds of points, apart by their first coordinate.
    let points = Random.withSeed(3) { Tensor(normal: [80, 2]) }
    let labels = (0..<80).map { $0 % 2 }
    let data = try LabeledTensors(points + Tensor(labels).unsqueezed(1) * 6.0, labels: labels)
    let (train, test) = try data.split(validation: 0.25, seed: 1)
    let model = Random.withSeed(4) { Sequential { Linear(2, 2) } }
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.3), classCount: 2)
    try trainer.fit(DataLoader(train, batchSize: 64, shuffle: true), validation: DataLoader(test), epochs: 20)
    #expect(try Trainer.evaluate(model, on: test).accuracy >= 0.9)
    #expect(throws: Broken.Failure.self) {
      try Trainer(classifier: model, SGD(model.parameters()), classCount: 2)
        .fit(DataLoader(Broken(), batchSize: 2), epochs: 1)
    }
    #expect(throws: Broken.Failure.self) { try Trainer.evaluate(model, on: Broken()) }
  }

  @Test func aModelOfOtherClassesIsRefusedBeforeItIsChanged() throws {
    let data = try LabeledTensors(Tensor([[1.0], [2]]), labels: [0, 1])
    let model = Random.withSeed(4) { Sequential { Linear(1, 3) } }
    #expect(message { _ = try Trainer.evaluate(model, on: data) }.contains("a model that gives [samples, 2]"))
    let wide = Random.withSeed(4) { Sequential { Linear(7, 2) } }
    let before = wide.parameters()[0].value
    #expect(throws: TensorError.self) {
      try Trainer(classifier: wide, SGD(wide.parameters()), classCount: 2).fit(DataLoader(data), epochs: 1)
    }
    #expect(wide.parameters()[0].value.elementsEqual(before))
  }

  @Test func aScalerLearnsFromTheTrainingRows() throws {
    let rows = Tensor([[1.0, 10, 5], [3, .nan, 5], [5, 30, 5]])
    let scaler = try Scaler(fitting: rows)
    #expect(scaler.means == [3, 20, 5] && scaler.deviations[2] == 1)
    // sqrt(8/3)
    #expect(abs(scaler.deviations[0] - 1.632993161855452) < 1e-12 && abs(scaler.deviations[1] - 10) < 1e-12)
    let scaled = scaler.applied(to: rows)
    #expect(scaled.isClose(to: Tensor([[-1.2247449, -1, 0], [0, .nan, 0], [1.2247449, 1, 0]]), nanIsEqual: true))
    #expect(scaler.applied(to: rows, missing: 0)[1, 1].item() == 0)
    #expect(scaler.undone(on: scaled).isClose(to: rows, nanIsEqual: true))
    #expect(scaler.applied(to: Tensor([3, 20, 5])).dtype == .float32)
    #expect(scaler.applied(to: rows.converted(to: .float64)).dtype == .float64)
    let copy = try JSONDecoder().decode(Scaler.self, from: JSONEncoder().encode(scaler))
    #expect(copy == scaler)
  }

  @Test func columnsThatCannotBeScaledAreRefused() throws {
    #expect(message { _ = try Scaler(fitting: Tensor([[1.0, .nan]])) }.contains("got none in column 1"))
    #expect(message { _ = try Scaler(fitting: Tensor([[.infinity, 1.0]])) }.contains("infinity in column 0"))
    #expect(message { _ = try Scaler(fitting: Tensor(zeros: [0, 2])) }.contains("none in column 0"))
    #expect(message { _ = try Scaler(fitting: Tensor(1.0)) } != "no error")
    let large = try Scaler(fitting: Tensor([[1e300], [-1e300]], dtype: .float64))
    #expect(large.means == [0] && large.deviations == [1e300])
    #expect(try Scaler(fitting: Tensor([[0.1], [0.1], [0.1]], dtype: .float64)).deviations == [1])
    #expect(throws: TensorError.self) { try withTensorErrors { large.applied(to: Tensor([[1.0, 2]])) } }
  }

  @Test func columnsOfLargeIntegersKeepTheirDifferences() throws {
    let rows = Tensor([1_700_000_000, 1_700_000_050, 1_700_000_100], shape: [3, 1], dtype: .int64)
    let scaled = try Scaler(fitting: rows).applied(to: rows)
    #expect(scaled.dtype == .float32)
    #expect(scaled.isClose(to: Tensor([[-1.2247449], [0], [1.2247449]])))
  }

  @Test func theLargestIntegerIsNoClass() {
    #expect(throws: TensorError.self) { try LabeledTensors(Tensor(zeros: [1, 2]), labels: [.max]) }
  }
}

extension Tensor {
  fileprivate func requiringGradIfFloating() -> Tensor { dtype.isFloatingPoint ? requiringGrad() : self }
}
