import WeftData

/// What is done with a picture before a model reads it, as `preprocessor_config.json` states it.
struct ImagePreprocessing: Hashable, Sendable {
  /// A height and a width.
  struct Sides: Hashable, Sendable {
    let height, width: Int
  }

  /// The size that a picture gets before anything is cut off.
  enum Size: Hashable, Sendable {
    /// Whatever its proportions are.
    case exact(Sides)
    /// Its shorter side this long, and the longer one not above `longest`.
    case shortestSide(Int, longest: Int?)
    /// As large as it can be within these.
    case within(Sides)
  }

  /// How a single number under `size` is read.
  var isSquare = true
  /// Nil where pictures keep their size.
  var size: Size?
  var filter = ImageFilter.bilinear
  /// The part in the middle that is kept, black around it where the picture is smaller; nil for all.
  var crop: Sides?
  /// What bytes are multiplied by; nil where they are not.
  var factor: Double? = 1.0 / 255
  /// What is taken off and divided by then, for each channel or all; nil where nothing is.
  var means: [Double]?
  var deviations: [Double]?
}

extension ImagePreprocessing {
  /// What ViT's files leave out.
  static let vit = ImagePreprocessing(
    isSquare: true, size: .exact(Sides(height: 224, width: 224)), means: [0.5, 0.5, 0.5], deviations: [0.5, 0.5, 0.5])

  /// What CLIP's files leave out.
  static let clip = ImagePreprocessing(
    isSquare: false, size: .shortestSide(224, longest: nil), filter: .bicubic, crop: Sides(height: 224, width: 224),
    means: [0.48145466, 0.4578275, 0.40821073], deviations: [0.26862954, 0.26130258, 0.27577711])

  /// What the files of BiT's preprocessor leave out, which DINOv2 has too.
  static let bit = clip

  /// What SigLIP's files leave out.
  static let siglip = ImagePreprocessing(
    isSquare: false, size: .exact(Sides(height: 224, width: 224)), filter: .bicubic, means: [0.5, 0.5, 0.5],
    deviations: [0.5, 0.5, 0.5])

  /// Kinds of preprocessors by their name in files, without what says which library runs it.
  private static let kinds: [(name: String, settings: ImagePreprocessing)] = [
    ("ViT", .vit), ("CLIP", .clip), ("Bit", .bit), ("Siglip", .siglip),
  ]

  /// The settings of a file, over those of its kind.
  ///
  /// - Parameter standard: What holds where the file does not state its kind.
  init(_ configuration: ModelConfiguration, default standard: ImagePreprocessing) throws(ModelError) {
    self = try Self.kind(configuration) ?? standard
    if try configuration.flag("do_resize", default: size != nil) {
      if configuration.has("size") { size = try Self.size(configuration, isSquare: isSquare) }
    } else {
      size = nil
    }
    filter = try configuration.filter(default: filter)
    if try configuration.flag("do_center_crop", default: crop != nil) {
      crop = try configuration.crop() ?? crop
      guard crop != nil else { throw configuration.failure("crop_size", expected: "a height and a width") }
    } else {
      crop = nil
    }
    if try configuration.flag("do_pad", default: false) {
      throw configuration.failure("do_pad", .unsupported, expected: "false: no padding", found: "true")
    }
    try readNumbers(configuration)
  }

  private static func kind(_ configuration: ModelConfiguration) throws(ModelError) -> ImagePreprocessing? {
    let key = configuration.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type"
    guard let name = try configuration.text(optional: key) else { return nil }
    for suffix in ["ImageProcessor", "ImageProcessorFast", "ImageProcessorPil", "FeatureExtractor"] {
      if let kind = kinds.first(where: { $0.name + suffix == name }) { return kind.settings }
    }
    throw configuration.failure(
      key, .unsupported, expected: "one of \(kinds.map { $0.name + "ImageProcessor" }.joined(separator: ", "))",
      found: "\"\(name)\"")
  }

  private mutating func readNumbers(_ configuration: ModelConfiguration) throws(ModelError) {
    if try configuration.flag("do_rescale", default: factor != nil) {
      factor = try configuration.number("rescale_factor", default: factor ?? 1.0 / 255)
    } else {
      factor = nil
    }
    guard try configuration.flag("do_normalize", default: means != nil) else {
      (means, deviations) = (nil, nil)
      return
    }
    means = try configuration.channelNumbers("image_mean") ?? means
    deviations = try configuration.channelNumbers("image_std") ?? deviations
    if deviations?.contains(where: { Float($0) <= 0 }) ?? false {
      throw configuration.failure("image_std", expected: "numbers above 0", found: "\(deviations ?? [])")
    }
  }
}

extension ImagePreprocessing {
  /// The most pixels that a side may be asked to have.
  fileprivate static let longestSide = 1 << 12

  private static func size(_ configuration: ModelConfiguration, isSquare: Bool) throws(ModelError) -> Size {
    guard let part = try? configuration.part(optional: "size") else {
      let (height, width) = try configuration.sides("size", most: longestSide, default: 224)
      let isOne = try configuration.integers("size")?.count == 1
      return isOne && !isSquare ? .shortestSide(height, longest: nil) : .exact(Sides(height: height, width: width))
    }
    func side(_ key: String) throws(ModelError) -> Int { try part.size(key, most: longestSide) }
    switch Set(part.keys.filter(part.has)) {
    case ["height", "width"]: return .exact(Sides(height: try side("height"), width: try side("width")))
    case ["shortest_edge"]: return .shortestSide(try side("shortest_edge"), longest: nil)
    case ["shortest_edge", "longest_edge"]:
      return .shortestSide(try side("shortest_edge"), longest: try side("longest_edge"))
    case ["max_height", "max_width"]:
      return .within(Sides(height: try side("max_height"), width: try side("max_width")))
    default:
      throw configuration.failure(
        "size", .unsupported,
        expected: "height and width, shortest_edge, shortest_edge and longest_edge, or max_height and max_width",
        found: part.keys.prefix(8).joined(separator: ", "))
    }
  }
}

extension ModelConfiguration {
  /// How pixels of another size are found, by Pillow's number.
  fileprivate func filter(default standard: ImageFilter) throws(ModelError) -> ImageFilter {
    guard let number = try integer(optional: "resample") else { return standard }
    let filters: [ImageFilter] = [.nearest, .lanczos, .bilinear, .bicubic, .box]
    guard filters.indices ~= number else {
      throw failure(
        "resample", .unsupported, expected: "0 to \(filters.count - 1): nearest, lanczos, bilinear, bicubic, box",
        found: "\(number)")
    }
    return filters[number]
  }

  /// The sides of the part in the middle; nil where the file does not say them.
  fileprivate func crop() throws(ModelError) -> ImagePreprocessing.Sides? {
    guard has("crop_size") else { return nil }
    let most = ImagePreprocessing.longestSide
    if let part = try? part(optional: "crop_size") {
      return .init(height: try part.size("height", most: most), width: try part.size("width", most: most))
    }
    let (height, width) = try sides("crop_size", most: most, default: 224)
    return .init(height: height, width: width)
  }

  /// Finite numbers for one channel, three channels or all.
  fileprivate func channelNumbers(_ key: String) throws(ModelError) -> [Double]? {
    guard has(key) else { return nil }
    let numbers: [Double]
    if let list = try? self.numbers(key) { numbers = list } else { numbers = [try number(key)] }
    guard numbers.count == 1 || numbers.count == 3, numbers.allSatisfy({ Float($0).isFinite }) else {
      throw failure(key, expected: "a number for each channel", found: "\(numbers.count) numbers")
    }
    return numbers
  }
}
