import WeftData

/// What is in an event file: the numbers by name, and the names of everything else.
///
/// ```swift
/// let events = try EventFile(contentsOf: path)
/// for point in events.scalars["loss/train"] ?? [] { print(point.step, point.value) }
/// ```
public struct EventFile: Sendable {
  /// A number at a step.
  public struct Point: Hashable, Sendable {
    /// The step.
    public let step: Int
    /// When it was added, in seconds since 1970.
    public let time: Double
    /// The number.
    public let value: Double
  }

  /// The numbers of each name, in the order of the file.
  public private(set) var scalars: [String: [Point]] = [:]
  /// What the other names hold, as "image", and how many values they have.
  public private(set) var others: [String: (kind: String, count: Int)] = [:]
  /// The number of events.
  public private(set) var eventCount = 0
  /// Whether there is a graph.
  public private(set) var hasGraph = false
  /// Whether the last record is cut off, as while a run writes it.
  public private(set) var isCut = false

  /// Reads an event file of TensorBoard's, whoever wrote it. A last record that is cut off is left out.
  ///
  /// - Parameter limit: The most bytes that the file may have.
  /// - Throws: `DataFileError` for another format, or for damage, with the byte.
  public init(contentsOf path: String, limit: Int = FileBytes.defaultLimit) throws(DataFileError) {
    try self.init(decoding: FileBytes(contentsOf: path, limit: limit))
  }

  /// The same from bytes in memory.
  ///
  /// - Throws: `DataFileError` for another format, or for damage, with the byte.
  public init(decoding file: FileBytes) throws(DataFileError) {
    guard !file.bytes.isEmpty else { throw Self.otherFormat(file) }
    var place = 0
    while place < file.bytes.count, let record = try Self.record(of: file, at: place) {
      read(record)
      place += record.count + RecordFraming.overhead
      eventCount += 1
    }
    isCut = place < file.bytes.count
  }

  /// The data of the record at `place`; nil where the file ends before the record does.
  private static func record(of file: FileBytes, at place: Int) throws(DataFileError) -> ArraySlice<UInt8>? {
    let bytes = file.bytes
    guard bytes.count - place >= 12 else {
      if place == 0 { throw otherFormat(file) }
      return nil
    }
    guard RecordFraming.checksum(bytes[place..<place + 8]) == UInt32(number(bytes, place + 8, 4)) else {
      if place == 0 { throw otherFormat(file) }
      throw damaged(file, at: place, "a length")
    }
    let length = number(bytes, place, 8)
    guard length <= UInt64(max(0, bytes.count - place - RecordFraming.overhead)) else { return nil }
    let end = place + 12 + Int(length)
    guard RecordFraming.checksum(bytes[place + 12..<end]) == UInt32(number(bytes, end, 4)) else {
      throw damaged(file, at: place + 12, "data")
    }
    return bytes[place + 12..<end]
  }

  private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> UInt64 {
    bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func otherFormat(_ file: FileBytes) -> DataFileError {
    let kind = file.bytes.isEmpty ? nil : file.kind
    return DataFileError(
      file.bytes.isEmpty ? .truncated : .wrongFormat, file: file.name, at: 0,
      expected: "an event file: records with a length and its checksum",
      found: file.bytes.isEmpty ? "an empty file" : "something else", looksLike: kind == .binary ? nil : kind)
  }

  private static func damaged(_ file: FileBytes, at place: Int, _ what: String) -> DataFileError {
    DataFileError(
      .corrupt, file: file.name, at: place, expected: "\(what) with the checksum it announces", found: "damaged data",
      hint: "the file was changed or damaged: fetch it again")
  }
}

extension EventFile {
  private mutating func read(_ record: ArraySlice<UInt8>) {
    var (time, step) = (0.0, 0)
    var summaries: [ArraySlice<UInt8>] = []
    for (field, value) in ProtobufFields(record) {
      switch (field, value) {
      case (1, .eight(let bits)): time = Double(bitPattern: bits)
      case (2, .integer(let number)): step = Int(Int64(bitPattern: number))
      case (4, .data): hasGraph = true
      case (5, .data(let data)): summaries.append(data)
      default: break
      }
    }
    for summary in summaries {
      for case (1, .data(let value)) in ProtobufFields(summary) { readValue(value, time, step) }
    }
  }

  /// The value of a tag. A number may stand there by itself or as a tensor.
  private mutating func readValue(_ bytes: ArraySlice<UInt8>, _ time: Double, _ step: Int) {
    var (tag, kind, plugin): (String, String?, String?) = ("", nil, nil)
    var number: Double?
    for (field, value) in ProtobufFields(bytes) {
      switch (field, value) {
      case (1, .data(let text)): tag = String(decoding: text, as: UTF8.self)
      case (2, .four(let bits)): number = Double(Float(bitPattern: bits))
      case (4, .data): kind = "image"
      case (5, .data): kind = "histogram"
      case (6, .data): kind = "sound"
      case (8, .data(let tensor)):
        kind = kind ?? "tensor"
        number = number ?? Self.number(ofTensor: tensor)
      case (9, .data(let metadata)): plugin = Self.plugin(metadata)
      default: break
      }
    }
    if let number, plugin ?? "scalars" == "scalars" {
      scalars[tag, default: []].append(Point(step: step, time: time, value: number))
    } else {
      let shown = plugin.map { ["images": "image", "histograms": "histogram"][$0] ?? $0 } ?? kind ?? "unknown"
      others[tag] = (shown, (others[tag]?.count ?? 0) + 1)
    }
  }

  private static func plugin(_ metadata: ArraySlice<UInt8>) -> String? {
    for case (1, .data(let data)) in ProtobufFields(metadata) {
      for case (1, .data(let name)) in ProtobufFields(data) { return String(decoding: name, as: UTF8.self) }
    }
    return nil
  }

  /// The only number of a tensor of floats.
  private static func number(ofTensor tensor: ArraySlice<UInt8>) -> Double? {
    var type: UInt64 = 0
    for (field, value) in ProtobufFields(tensor) {
      switch (field, value) {
      case (1, .integer(let code)): type = code
      case (4, .data(let data)) where type == 1 && data.count == 4:
        return Double(Float(bitPattern: UInt32(number(Array(data), 0, 4))))
      case (4, .data(let data)) where type == 2 && data.count == 8:
        return Double(bitPattern: number(Array(data), 0, 8))
      case (5, .four(let bits)): return Double(Float(bitPattern: bits))
      case (5, .data(let data)) where data.count == 4:
        return Double(Float(bitPattern: UInt32(number(Array(data), 0, 4))))
      case (6, .eight(let bits)): return Double(bitPattern: bits)
      case (6, .data(let data)) where data.count == 8: return Double(bitPattern: number(Array(data), 0, 8))
      default: break
      }
    }
    return nil
  }
}
