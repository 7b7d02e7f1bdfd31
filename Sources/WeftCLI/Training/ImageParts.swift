import Foundation
import Weft

/// Folders of images as a training takes them: those that are learned from, and those that are not.
struct ImageParts {
  /// Learned from, each time changed at random.
  let train: Subset<ImageFolder>
  /// The same as they are.
  let plain: Subset<ImageFolder>
  /// Not learned from.
  let check: Subset<ImageFolder>
  /// How many files were left out.
  let skipped: Int

  /// Opens a folder of classes.
  ///
  /// - Throws: `DataFileError` for folders that do not hold what they should.
  init(_ source: ImageSource, _ plan: ImagesPlan, seed: UInt64) throws {
    let all = try source.open(source.trainPath, plan, classes: plan.classes)
    var changing = all.folder
    changing.transforms = plan.changing
    if let path = source.checkPath {
      let other = try source.open(path, plan, classes: plan.classes)
      train = try Subset(changing, at: Array(0..<changing.count))
      plain = try Subset(all.folder, at: Array(0..<changing.count))
      check = try Subset(other.folder, at: Array(0..<other.folder.count))
      skipped = all.skipped + other.skipped
      return
    }
    let share = plan.validation ?? 0.2
    let divided = try Self.divided(all.folder, share, seed: seed, byClass: plan.dividesByClass ?? false)
    (plain, check) = (try Subset(all.folder, at: divided.train), try Subset(all.folder, at: divided.check))
    (train, skipped) = (try Subset(changing, at: divided.train), all.skipped)
    guard train.count > 0, check.count > 0 else {
      throw DataFileError(
        .badValue, file: source.trainPath, expected: "images to learn from, and images to check by",
        found: "\(all.folder.count) in all, of which \(check.count) would be kept to check by",
        hint: plan.dividesByClass == true && all.folder.count == all.folder.classCount
          ? "each class needs two images or more" : "--validation takes another share than \(share)")
    }
  }

  /// The images that are learned from and those that are not, in their order.
  private static func divided(
    _ folder: ImageFolder, _ share: Double, seed: UInt64, byClass: Bool
  ) throws -> (train: [Int], check: [Int]) {
    let numbers = TableColumn("place", folder.files.indices.map(Double.init))
    let classes = TableColumn("class", folder.files.map { folder.classNames[$0.label] })
    let parts = try Table([numbers, classes]).split(
      validation: share, seed: seed, stratifiedBy: byClass ? "class" : nil)
    func places(_ part: Table) throws -> [Int] { try part.numbers("place").map { Int($0) } }
    return (try places(parts.train), try places(parts.validation))
  }
}

/// Where images are: in one folder of classes, or in two, of which one is to check by.
struct ImageSource {
  let trainPath: String
  let checkPath: String?

  /// `DIR/train` beside `DIR/val` are two folders of classes, not two classes.
  init(_ path: String) {
    let checks = ["validation", "val", "valid", "test"].map { "\(path)/\($0)" }
    let check = checks.first(where: Self.isFolder)
    let isDivided = check != nil && Self.isFolder("\(path)/train")
    (trainPath, checkPath) = isDivided ? ("\(path)/train", check) : (path, nil)
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// - Throws: `DataFileError`.
  func open(
    _ path: String, _ plan: ImagesPlan, classes: [String]?
  ) throws(DataFileError) -> (folder: ImageFolder, skipped: Int) {
    let folder = try ImageFolder(
      path, as: plan.colors, transforms: plan.fitting, normalization: plan.normalization, classNames: classes)
    guard plan.skipsUnreadable else { return (folder, 0) }
    let (readable, errors) = folder.withoutUnreadable()
    guard readable.count > 0 else {
      throw DataFileError(.unreadable, file: path, expected: "images that can be read", found: "none")
    }
    return (readable, errors.count)
  }
}

/// What some images of a folder are like.
struct ImageSurvey {
  /// The middle one of the shorter sides.
  let side: Int
  let isGray: Bool

  private static let count = 32

  /// Looks at images all over the folder; what cannot be read is passed over.
  init(_ folder: ImageFolder) {
    var (sides, isGray) = ([Int](), true)
    for place in 0..<min(Self.count, folder.count) {
      guard let image = try? folder.image(at: place * folder.count / min(Self.count, folder.count)) else { continue }
      sides.append(min(image.width, image.height))
      isGray = isGray && Self.isGray(image)
    }
    side = sides.sorted().dropFirst(sides.count / 2).first ?? 64
    self.isGray = isGray && !sides.isEmpty
  }

  private static func isGray(_ image: Image) -> Bool {
    guard image.channels == .rgb else { return true }
    let bytes = image.pixels
    for place in stride(from: 0, to: bytes.count - 2, by: 3) {
      let red = bytes[place]
      if bytes[place + 1] != red || bytes[place + 2] != red { return false }
    }
    return true
  }

  /// The size for a network: the images' own up to 128, in steps that halve well.
  var size: Int { [128, 96, 64, 48, 32, 28, 24].first { $0 <= side } ?? 16 }
}
