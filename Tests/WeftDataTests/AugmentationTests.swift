import Foundation
import TestSupport
import Testing
import Weft

@Suite("Augmented images and folders of them")
struct AugmentationTests {
  private static let all: [any ImageTransform] = [
    RandomResizedCrop(width: 20, height: 16), RandomFlip(), RandomFlip(.vertical, probability: 0.3),
    RandomAffine(degrees: 20, shift: 0.1, scale: 0.8...1.2, shear: 5),
    ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1), RandomErasing(probability: 0.5, fill: nil),
  ]

  /// A folder of two classes, `cats` with five images and `dogs` with three.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let photo = try ImageGolden.image("photo.png")
    for (name, count) in [("cats", 5), ("dogs", 3)] {
      try FileManager.default.createDirectory(
        atPath: folder("\(name)/more"), withIntermediateDirectories: true)
      for number in 0..<count {
        let image = photo.cropped(x: number, y: 0, width: 30 - number, height: 25)
        let path = folder(number % 2 == 0 ? "\(name)/\(number).png" : "\(name)/more/\(number).JPG")
        try image.write(to: path)
      }
    }
    try Data("no image".utf8).write(to: URL(fileURLWithPath: folder("cats/readme.txt")))
    return folder
  }

  private func batches(_ data: ImageFolder, workers: Int, epoch: Int = 0) throws -> [Tensor] {
    var iterator = DataLoader(data, batchSize: 3, shuffle: true, seed: 5, workers: workers).batches(epoch: epoch)
    var batches: [Tensor] = []
    while let batch = try iterator.next() { batches.append(batch.images) }
    return batches
  }

  @Test("A folder for each class, and the same images on any number of threads")
  func folders() throws {
    let folder = try folder()
    let data = try ImageFolder(folder.path, transforms: Self.all, normalization: .imageNet)
    #expect(data.classNames == ["cats", "dogs"] && data.files.map(\.label) == [0, 0, 0, 0, 0, 1, 1, 1])
    let alone = try batches(data, workers: 0)
    let threads = try batches(data, workers: 3)
    #expect(alone.count == 3 && alone[0].shape == [3, 3, 16, 20])
    #expect(zip(alone, threads).allSatisfy { $0.elementsEqual($1) })
    #expect(!(try batches(data, workers: 2, epoch: 1))[0].elementsEqual(alone[0]))
    #expect(try data.batch(at: [7]).labels.scalars(as: Int.self) == [1])
  }

  @Test("Images of different sizes are refused with what to do")
  func sizes() throws {
    let folder = try folder()
    let data = try ImageFolder(folder.path)
    let error = try? #require(throws: SampleError.self) { try data.batch(at: [0, 1]) }
    #expect("\(error as Any)".contains("images of one size") && "\(error as Any)".contains("`Resize`"))
    let plain = try ImageFolder(folder.path, as: .gray, transforms: [Resize(width: 8, height: 6)])
    #expect(try plain.batch(at: [0, 1]).images.shape == [2, 1, 6, 8])
    let cut = try ImageFolder(
      folder.path, transforms: [Resize(shorterSide: 12), CenterCrop(width: 10, height: 10)])
    #expect(try cut.batch(at: [0, 7]).images.shape == [2, 3, 10, 10])
  }

  @Test("Files that cannot be read are listed, and left out")
  func unreadable() throws {
    let folder = try folder()
    try Data("<html><body>".utf8).write(to: URL(fileURLWithPath: folder("dogs/bad.png")))
    try Data().write(to: URL(fileURLWithPath: folder("dogs/empty.jpg")))
    let data = try ImageFolder(folder.path, transforms: [Resize(width: 8, height: 8)])
    #expect(data.unreadable().map(\.file) == [folder("dogs/bad.png"), folder("dogs/empty.jpg")])
    let (good, bad) = data.withoutUnreadable()
    #expect(good.count == 8 && bad.count == 2 && bad[0].looksLike == .htmlPage)
    let error = try? #require(throws: SampleError.self) { try data.batch(at: Array(0..<data.count)) }
    #expect(error?.description.contains("dogs/bad.png") == true)
  }

  @Test("Folders that hold nothing")
  func empty() throws {
    let folder = try TemporaryFolder()
    func message(_ classNames: [String]? = nil) -> String {
      HostileFiles.failure { () throws(DataFileError) in try ImageFolder(folder.path, classNames: classNames) }
        .map { "\($0)" } ?? ""
    }
    #expect(message().contains("a folder for each class"))
    try FileManager.default.createDirectory(atPath: folder("cat"), withIntermediateDirectories: true)
    #expect(message().contains("images that end in .png, .jpg or .jpeg"))
    #expect(message(["cats", "dogs"]).contains("did you mean \"cats\"?"))
    // A link to the folder above.
    try FileManager.default.createSymbolicLink(atPath: folder("cat/up"), withDestinationPath: folder.path)
    #expect(message().contains("at most 32 folders inside one another"))
    #expect(HostileFiles.failure { () throws(DataFileError) in try ImageFolder("/nowhere") }?.code == .unreadable)
  }

  @Test("Every augmentation keeps what it must")
  func kept() throws {
    let photo = try ImageGolden.image("photo.png")
    for seed in 0..<40 {
      var generator = RandomGenerator(seed: UInt64(seed))
      let image = photo.transformed(by: Self.all, using: &generator)
      #expect(image.width == 20 && image.height == 16 && image.channels == .rgb)
    }
    var generator = RandomGenerator(seed: 1)
    #expect(RandomFlip(probability: 1).applied(to: photo, using: &generator) == photo.flippedHorizontally())
    #expect(RandomFlip(probability: 0).applied(to: photo, using: &generator) == photo)
    #expect(ColorJitter().applied(to: photo, using: &generator) == photo)
    let erased = RandomErasing(probability: 1, area: 0.1...0.1, fill: 7).applied(to: photo, using: &generator)
    let changed = (0..<37 * 29).filter { erased.pixels[3 * $0] != photo.pixels[3 * $0] }.count
    #expect((80...130).contains(changed))
    let small = RandomCrop(width: 40, height: 10, padding: 1).applied(to: photo, using: &generator)
    #expect(small.width == 40 && small.height == 10)
    #expect(throws: TensorError.self) { try withTensorErrors { _ = RandomFlip(probability: 2) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = RandomErasing(ratio: 1...(.infinity)) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Image(width: .max, height: 2, color: [1]) } }
    let broken = Data(#"{"means": [], "deviations": []}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(ImageNormalization.self, from: broken) }
    let coded = try JSONEncoder().encode(ImageNormalization.imageNet)
    #expect(try JSONDecoder().decode(ImageNormalization.self, from: coded) == .imageNet)
    #expect(throws: TensorError.self) {
      try withTensorErrors { _ = ImageNormalization(means: [0, 1], deviations: [1]) }
    }
  }

  @Test("Images in memory are changed and then normalized as without changes")
  func inMemory() throws {
    let pixels: [UInt8] = (0..<2 * 3 * 16).map { UInt8($0 * 2) }
    let images = try LabeledImages(
      name: "own", pixels: pixels, labels: [0, 1], size: (3, 4, 4), classCount: 2,
      scale: PixelScale(white: 16, mean: 0.3, deviation: 0.5))
    let data = AugmentedImages(images, transforms: [])
    #expect(try data.batch(at: [1, 0]).images.isClose(to: images.batch(at: [1, 0]).images))
    let flipped = AugmentedImages(images, transforms: [RandomFlip(probability: 1)])
    #expect(try flipped.batch(at: [0]).images.isClose(to: images.batch(at: [0]).images.flipped(axes: [-1])))
  }

  @Test(
    "Mixed samples keep the sum of their classes' shares",
    arguments: [
      Mixing.mixup(alpha: 0.4), .cutmix(alpha: 1), .either(mixup: 0.2, cutmix: 1),
    ])
  func mixed(mixing: Mixing) throws {
    let images = Tensor((0..<4 * 64).map { Float($0 / 64) }, shape: [4, 1, 8, 8])
    let data = MixedDataset(try LabeledTensors(images, labels: [0, 1, 2, 3]), by: mixing)
    for epoch in 0..<10 {
      let context = LoadingContext(seed: 3, epoch: epoch)
      let batch = data.batch(at: [0, 1, 2, 3], context: context)
      #expect(batch.targets.shape == [4, 4] && batch.targets.sum(axis: 1).isClose(to: Tensor(ones: [4])))
      // The samples are constant: the mean of one tells the share of its class.
      let means = batch.inputs.mean(axes: [1, 2, 3])
      let expected = batch.targets.matmul(Tensor([0, 1, 2, 3], dtype: .float32))
      #expect(means.isClose(to: expected, absolute: 1e-5))
      #expect(data.batch(at: [0, 1, 2, 3], context: context).inputs.elementsEqual(batch.inputs))
    }
    #expect(data.batch(at: []).inputs.shape[0] == 0)
  }

  @Test("A small alpha leaves samples as they are or takes the others, and rows of numbers are not cut")
  func mixedAtTheEdges() throws {
    let rows = Tensor((0..<16).map { Float($0) }, shape: [4, 4])
    let source = try LabeledTensors(rows, labels: [0, 1, 2, 3])
    let small = MixedDataset(source, by: .mixup(alpha: 1e-5))
    let shares = (0..<30).map { epoch in
      small.batch(at: [0, 1, 2, 3], context: LoadingContext(seed: 3, epoch: epoch)).targets[0, 0].item()
    }
    #expect(shares.allSatisfy { $0 < 0.01 || $0 > 0.99 } && Set(shares.map { $0 > 0.5 }).count == 2)
    let cut = MixedDataset(source, by: .cutmix(alpha: 1)).batch(at: [0, 1, 2, 3])
    #expect(cut.inputs.elementsEqual(rows))
    #expect(cut.targets.elementsEqual(Tensor([0, 1, 2, 3]).oneHot(classes: 4, dtype: .float32)))
  }

  @Test("Transforms of numbers that were reported do not end the program")
  func misused() {
    let all: [() -> any ImageTransform] = [
      { RandomErasing(probability: 1, area: -1...(.infinity), ratio: 0...(.infinity)) },
      { RandomResizedCrop(width: 0, height: -1, area: 5...(.infinity), ratio: 0...0) },
      { RandomCrop(width: .min, height: 0, padding: -1) },
      { RandomAffine(degrees: .nan, shift: .infinity, scale: 0...(.infinity), shear: 90) },
    ]
    let image = Image(width: 3, height: 2, color: [7])
    for make in all {
      #expect(throws: TensorError.self) {
        try withTensorErrors {
          var generator = RandomGenerator(seed: 1)
          _ = make().applied(to: image, using: &generator)
        }
      }
    }
  }
}
