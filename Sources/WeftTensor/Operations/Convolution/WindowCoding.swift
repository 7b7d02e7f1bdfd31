// How the windows of convolutions and pools stand in files: as they are written in calls. Keys left out have the calls'
// defaults, keys unknown are refused.

extension PerAxis: Codable {
  /// A number, or a list of numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int.self) {
      self.init(value)
    } else {
      self.init(try container.decode([Int].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
  }
}

extension Padding: Codable {
  private enum Key: String, CodingKey, CaseIterable { case before, after }

  /// `"same"`, `"valid"`, a number, a list of numbers, or `{"before": 1, "after": [0, 1]}`.
  public init(from decoder: any Decoder) throws {
    if let sides = try? decoder.container(keyedBy: Key.self) {
      try decoder.refuseKeys(except: Key.self)
      self.init(
        before: try sides.decode(PerAxis.self, forKey: .before), after: try sides.decode(PerAxis.self, forKey: .after))
      return
    }
    let container = try decoder.singleValueContainer()
    guard let name = try? container.decode(String.self) else {
      self.init(try container.decode(PerAxis.self))
      return
    }
    guard let padding = ["same": Padding.same, "valid": .valid][name] else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is no padding; there are 'same', 'valid' and numbers")
    }
    self = padding
  }

  public func encode(to encoder: any Encoder) throws {
    switch kind {
    case .same:
      var container = encoder.singleValueContainer()
      try container.encode("same")
    case .sides(let before, let after) where before == after: try before.encode(to: encoder)
    case .sides(let before, let after):
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(before, forKey: .before)
      try container.encode(after, forKey: .after)
    }
  }
}

extension ConvolutionWindows: AttributeGroup {
  package static let members = [
    AttributeMember("stride", "PerAxis", default: 1), AttributeMember("padding", "Padding", default: 0),
    AttributeMember("dilation", "PerAxis", default: 1), AttributeMember("groups", "Int", default: 1),
  ]

  private enum Key: String, CodingKey, CaseIterable { case stride, padding, dilation, groups }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseKeys(except: Key.self)
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      stride: try container.decodeIfPresent(PerAxis.self, forKey: .stride) ?? 1,
      padding: try container.decodeIfPresent(Padding.self, forKey: .padding) ?? 0,
      dilation: try container.decodeIfPresent(PerAxis.self, forKey: .dilation) ?? 1,
      groups: try container.decodeIfPresent(Int.self, forKey: .groups) ?? 1)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(stride, forKey: .stride)
    try container.encode(padding, forKey: .padding)
    try container.encode(dilation, forKey: .dilation)
    try container.encode(groups, forKey: .groups)
  }
}

extension PoolWindows: AttributeGroup {
  package static let members = [
    AttributeMember("kernel", "PerAxis?"), AttributeMember("stride", "PerAxis?"),
    AttributeMember("padding", "PerAxis", default: 0), AttributeMember("dilation", "PerAxis", default: 1),
    AttributeMember("ceilMode", "Bool", default: false), AttributeMember("outputSize", "PerAxis?"),
  ]

  private enum Key: String, CodingKey, CaseIterable { case kernel, stride, padding, dilation, ceilMode, outputSize }

  /// `{"kernel": 2, "stride": 1}` slides, `{"outputSize": 4}` adapts.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseKeys(except: Key.self)
    let container = try decoder.container(keyedBy: Key.self)
    if let size = try container.decodeIfPresent(PerAxis.self, forKey: .outputSize) {
      guard container.allKeys.count == 1 else {
        throw DecodingError.dataCorruptedError(
          forKey: .outputSize, in: container, debugDescription: "windows have an outputSize alone, or a kernel")
      }
      self = .adaptive(outputSize: size)
      return
    }
    self = .sliding(
      kernel: try container.decode(PerAxis.self, forKey: .kernel),
      stride: try container.decodeIfPresent(PerAxis.self, forKey: .stride),
      padding: try container.decodeIfPresent(PerAxis.self, forKey: .padding) ?? 0,
      dilation: try container.decodeIfPresent(PerAxis.self, forKey: .dilation) ?? 1,
      ceilMode: try container.decodeIfPresent(Bool.self, forKey: .ceilMode) ?? false)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .adaptive(let outputSize): try container.encode(outputSize, forKey: .outputSize)
    case .sliding(let kernel, let stride, let padding, let dilation, let ceilMode):
      try container.encode(kernel, forKey: .kernel)
      try container.encodeIfPresent(stride, forKey: .stride)
      try container.encode(padding, forKey: .padding)
      try container.encode(dilation, forKey: .dilation)
      try container.encode(ceilMode, forKey: .ceilMode)
    }
  }
}

extension Decoder {
  /// Fails where the file has a key that is none of `keys`.
  func refuseKeys<Key: CodingKey & CaseIterable>(except keys: Key.Type) throws {
    let known = Key.allCases.map(\.stringValue)
    let given = try container(keyedBy: AnyKey.self).allKeys
    guard let unknown = given.first(where: { !known.contains($0.stringValue) }) else { return }
    throw DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath, debugDescription: "there is no '\(unknown.stringValue)'; there are \(known)"))
  }
}

/// A key of any name.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
