import Foundation
import WeftTensor

/// Images in folders, a folder for each class: `flowers/rose/1.jpg`, `flowers/tulip/7.png`.
///
/// ```swift
/// let data = try ImageFolder("flowers", transforms: [Resize(shorterSide: 256), CenterCrop(width: 224, height: 224)],
///   normalization: .imageNet)
/// let (train, validation) = try data.split(validation: 0.2, seed: 7)
/// let loader = DataLoader(train, batchSize: 32, shuffle: true, workers: 2)
/// ```
/// Files are decoded when they are asked for, on the loader's threads. One that cannot be read is named by the error;
/// `unreadable()` lists them all beforehand.
public struct ImageFolder: LabeledDataset, SampleDataset {
  /// An image with its class.
  public typealias Sample = LabeledImage
  /// A batch: images [N, channels, height, width] in float32, labels [N] in int64.
  public typealias Batch = LabeledBatch

  /// The endings of files that are images, in small letters.
  public static let endings: Set<String> = ["png", "jpg", "jpeg"]

  /// A file and the class of its folder.
  public struct File: Hashable, Sendable {
    /// Where it is.
    public let path: String
    /// The number of its class.
    public let label: Int
  }

  /// The folder that holds the classes.
  public let path: String
  /// The folders' names, sorted: the classes in the order of their labels.
  public let classNames: [String]
  /// The files, by class and then by path.
  public let files: [File]
  /// What each image goes through.
  public var transforms: [any ImageTransform]
  /// What a network gets for a pixel.
  public var normalization: ImageNormalization
  private let channels: PNG.Channels
  private let maximumPixels: Int

  /// The images below `path`: every folder in it is a class, with the images in it and in folders below it. Names that
  /// begin with a dot are left out.
  ///
  /// - Parameters:
  ///   - channels: Gray or RGB, whatever the files store.
  ///   - transforms: What each image goes through, in this order; without any, all must have one size.
  ///   - classNames: The classes and their order, where another dataset has set them; every folder must be one of them.
  ///   - maximumPixels: The most pixels of an image that is decoded.
  /// - Throws: `DataFileError` where there is no folder, no class or no image.
  public init(
    _ path: String, as channels: PNG.Channels = .rgb, transforms: [any ImageTransform] = [],
    normalization: ImageNormalization = .unit, classNames: [String]? = nil,
    maximumPixels: Int = PNG.defaultMaximumPixels
  ) throws(DataFileError) {
    let folders = try Self.names(in: path).filter { Self.isFolder("\(path)/\($0)") }
    guard !folders.isEmpty else {
      throw DataFileError(
        .unreadable, file: path, expected: "a folder for each class, with its images", found: "none",
        hint: "put the images of a class into a folder of the class' name")
    }
    let classes = classNames ?? folders
    if let stranger = folders.first(where: { !classes.contains($0) }) {
      throw DataFileError(
        .badValue, file: "\(path)/\(stranger)", expected: "a folder of one of the \(classes.count) classes",
        found: "\"\(stranger)\"", hint: nearest(to: stranger, among: classes).first.map { "did you mean \"\($0)\"?" })
    }
    var files: [File] = []
    for (label, name) in classes.enumerated() where folders.contains(name) {
      var paths: [String] = []
      try Self.collect(below: "\(path)/\(name)", depth: 0, into: &paths)
      files += paths.sorted().map { File(path: $0, label: label) }
    }
    guard !files.isEmpty else {
      throw DataFileError(
        .unreadable, file: path, expected: "images that end in .png, .jpg or .jpeg", found: "none",
        hint: "other formats must be converted first")
    }
    (self.path, self.classNames, self.files) = (path, classes, files)
    (self.transforms, self.normalization) = (transforms, normalization)
    (self.channels, self.maximumPixels) = (channels, maximumPixels)
  }

  public var count: Int { files.count }
  public var classCount: Int { classNames.count }

  public func sample(at index: Int, context: LoadingContext) throws -> LabeledImage {
    var generator = RandomGenerator(seed: context.seed(forSample: index))
    let image = try image(at: index).transformed(by: transforms, using: &generator)
    return LabeledImage(image: image, label: files[index].label)
  }

  public func collate(_ samples: [LabeledImage]) throws -> LabeledBatch {
    try LabeledImage.batch(samples, normalization)
  }

  /// A file's image before any change.
  /// - Throws: `DataFileError` that names the file and what is wrong with it, or the folder where there is no such file.
  public func image(at index: Int) throws(DataFileError) -> Image {
    guard files.indices.contains(index) else {
      throw DataFileError(
        .badValue, file: path, expected: "indices of \(count) images", found: "index \(index)")
    }
    return try Image(contentsOf: files[index].path, as: channels, maximumPixels: maximumPixels)
  }

  /// What is wrong with each file that cannot be read: all files are decoded once.
  public func unreadable() -> [DataFileError] {
    files.indices.compactMap { index in
      do throws(DataFileError) {
        _ = try image(at: index)
        return nil
      } catch {
        return error
      }
    }
  }

  /// The same data without the files that `unreadable()` lists, and that list.
  public func withoutUnreadable() -> (folder: ImageFolder, unreadable: [DataFileError]) {
    let errors = unreadable()
    let bad = Set(errors.map(\.file))
    return (with(files.filter { !bad.contains($0.path) }), errors)
  }

  /// Other files of the same folder, with the same settings.
  func with(_ files: [File]) -> ImageFolder { ImageFolder(self, files: files) }

  private init(_ other: ImageFolder, files: [File]) {
    (path, classNames, self.files) = (other.path, other.classNames, files)
    (transforms, normalization) = (other.transforms, other.normalization)
    (channels, maximumPixels) = (other.channels, other.maximumPixels)
  }
}

extension ImageFolder {
  /// How deep folders may lie in one another: links can make a circle of them.
  private static let mostFolders = 32

  private static func names(in folder: String) throws(DataFileError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw DataFileError(
        .unreadable, file: folder, expected: "a folder that can be read", found: error.localizedDescription)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func collect(below folder: String, depth: Int, into paths: inout [String]) throws(DataFileError) {
    guard depth < mostFolders else {
      throw DataFileError(
        .limitExceeded, file: folder, expected: "at most \(mostFolders) folders inside one another",
        found: "more than that", hint: "a link may lead back to a folder above it")
    }
    for name in try names(in: folder) {
      let path = "\(folder)/\(name)"
      if isFolder(path) {
        try collect(below: path, depth: depth + 1, into: &paths)
      } else if endings.contains(String(name.split(separator: ".").last ?? "").lowercased()) {
        paths.append(path)
      }
    }
  }
}
