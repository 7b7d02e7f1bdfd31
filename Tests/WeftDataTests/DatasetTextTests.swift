import Foundation
import Testing
import Weft

/// What `print` shows of data and of what goes through it: a line, however many samples there are.
@Suite struct DatasetTextTests {
  private struct Plain: Dataset {
    let numbers = Array(0..<1_000)
    var count: Int { numbers.count }
    func batch(at indices: [Int], context: LoadingContext) -> [Int] { indices }
  }

  @Test func ofImages() throws {
    let digits = "LabeledImages \"digits\": 1438 images [1, 8, 8] of 10 classes"
    #expect("\(Digits.train)" == digits)
    let part = try Subset(Digits.train, at: [0, 7])
    #expect("\(part)" == "Subset: 2 of the 1438 samples of \(digits)")
    let changed = AugmentedImages(
      Digits.train, transforms: [RandomFlip(), RandomCrop(width: 8, height: 8, padding: 1)])
    #expect("\(changed)" == "AugmentedImages of \(digits), through RandomFlip, RandomCrop")
    #expect(
      "\(MixedDataset(part, by: .mixup(alpha: 1)))".hasPrefix("MixedDataset by mixup(alpha: 1.0) of Subset: 2 of"))
    let loader = DataLoader(changed, batchSize: 100, shuffle: true)
    #expect("\(loader)" == "DataLoader: 15 batches of 100, shuffled, from \(changed)")
    #expect("\([Digits.test])" == "[LabeledImages \"digits\": 359 images [1, 8, 8] of 10 classes]")
  }

  @Test func ofRows() throws {
    let rows = Tensor(zeros: [5, 2])
    #expect(
      "\(try TensorDataset(rows, Tensor([1, 2, 3, 4, 5])))"
        == "TensorDataset: 5 samples, inputs float32 [2], targets int64 []")
    let labeled = try LabeledTensors(rows, labels: [0, 1, 2, 1, 0])
    #expect("\(labeled)" == "LabeledTensors: 5 samples float32 [2] of 3 classes")
    #expect(
      "\(try TextWindows(Array(0..<100_000), length: 9))"
        == "TextWindows: 11111 windows of 9 tokens, each 9 after the one before")
    #expect("\(Alphabet(of: "abca"))" == "Alphabet of 3 characters: \"a\", \"b\", \"c\"")
    #expect("\(try Subset(Plain(), at: [1]))" == "Subset: 1 of the 1000 samples of Plain")
    let table = try Table(decoding: FileBytes(name: "t.csv", bytes: Array("a,b,c\n1,x,p\n2,y,q\n".utf8)))
    let tensors = try TableTensors(table, by: TableEncoder(fitting: table, target: "c"))
    #expect("\(tensors)" == "TableTensors: 2 rows, numbers float32 [1], categories int64 [1], targets int64 []")
  }

  @Test func ofModelsAndTrainings() throws {
    let model = Sequential { Linear(3, 2) }
    let example = Tensor(zeros: [1, 3])
    #expect("\(try model.frozen(forBatchesOf: example))" == "FrozenModel of batches like float32 [1, 3]")
    #expect("\(try model.frozen(for: example))" == "FrozenModel of inputs float32 [1, 3]")
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 2)
    #expect("\(trainer)" == "Trainer of Sequential (8 parameters) by SGD: 0 epochs and 0 steps done")
  }

  @Test func aPartOfImagesCanBeAugmented() throws {
    let (train, validation) = try Digits.train.split(validation: 0.25, seed: 3)
    #expect(train.count == 1078 && validation.count == 360 && train.classCount == 10)
    let old: (train: Subset<LabeledImages>, validation: Subset<LabeledImages>) =
      try Digits.train.split(validation: 0.25, seed: 3)
    let batch = DataLoader(validation, batchSize: 360, workers: 0).first { _ in true }
    #expect(batch?.images.elementsEqual(old.validation.batch(at: Array(0..<360)).images) == true)
    let changed = AugmentedImages(train, transforms: [RandomFlip()])
    #expect(try changed.batch(at: [0, 1]).images.shape == [2, 1, 8, 8])
  }
}
