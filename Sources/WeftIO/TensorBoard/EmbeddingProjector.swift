import Foundation
import WeftData
@_spi(Locks) import WeftTensor

extension TensorBoard {
  /// Points for the projector: rows of numbers, with a label and a small picture each.
  ///
  /// The files are written into the run's folder: the rows and labels as text, the pictures as one PNG file, and
  /// `projector_config.pbtxt`, which lists all that were added by this process.
  ///
  /// - Parameters:
  ///   - name: What the points are called; a second one of a name takes the place of the first.
  ///   - rows: [points, numbers].
  ///   - labels: One for each row, or none.
  ///   - images: One for each row, all of one size, or none.
  /// - Throws: `TensorError` where they do not fit together; `FileWriteError`.
  public func add(embedding name: String, _ rows: Tensor, labels: [String] = [], images: [Image] = []) throws {
    guard rows.rank == 2, rows.shape[0] > 0, rows.shape[1] > 0, labels.isEmpty || labels.count == rows.shape[0],
      images.isEmpty || images.count == rows.shape[0]
    else {
      throw TensorError(
        .shape, operation: "TensorBoard", operands: [("rows", rows.spec)],
        expected: "rows [points, numbers], and no labels and images or one for each",
        got: "\(rows.shape), \(labels.count) labels, \(images.count) images")
    }
    let sprite = try images.isEmpty ? nil : Self.sprite(images)
    let safe = Self.fileName(name)
    let (values, width) = (rows.detach().scalars(as: Float.self), rows.shape[1])
    let lines = (0..<rows.shape[0]).map { row in
      values[row * width..<(row + 1) * width].map { "\($0)" }.joined(separator: "\t")
    }
    var entry = "embeddings {\n  tensor_name: \(Self.quoted(name))\n  tensor_path: \"\(safe).tensors.tsv\"\n"
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/\(safe).tensors.tsv")
    if !labels.isEmpty {
      let plain = labels.map { label in String(label.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
      try AtomicFile.write(plain.joined(separator: "\n") + "\n", to: "\(folder)/\(safe).labels.tsv")
      entry += "  metadata_path: \"\(safe).labels.tsv\"\n"
    }
    if let sprite, let first = images.first {
      try sprite.write(to: "\(folder)/\(safe).sprite.png")
      entry += "  sprite {\n    image_path: \"\(safe).sprite.png\"\n    single_image_dim: \(first.width)\n"
      entry += "    single_image_dim: \(first.height)\n  }\n"
    }
    try Self.list(name, entry + "}\n", in: folder)
  }

  /// The name with the letters that files may have. Names that become one are told apart by their sum.
  private static func fileName(_ name: String) -> String {
    let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
    if safe == name { return safe }
    var sum = ContentSum()
    sum.add(name)
    return "\(safe)-\(sum.text)"
  }

  /// All pictures in a square of them, row by row.
  private static func sprite(_ images: [Image]) throws(TensorError) -> Image {
    let (width, height) = (images[0].width, images[0].height)
    guard images.allSatisfy({ $0.width == width && $0.height == height }) else {
      throw TensorError(
        .shape, operation: "TensorBoard", expected: "images of one size", got: "images of different sizes")
    }
    let side = Int(Double(images.count).squareRoot().rounded(.up))
    guard side * max(width, height) <= 8192 else {
      throw TensorError(
        .value, operation: "TensorBoard", expected: "images that fit in 8192x8192 together",
        got: "\(images.count) of \(width)x\(height)", hint: "make them smaller with `resized`")
    }
    var pixels = [UInt8](repeating: 0, count: side * width * side * height * 3)
    for (number, image) in images.enumerated() {
      let color = image.converted(to: .rgb)
      let (left, top) = (number % side * width, number / side * height)
      for row in 0..<height {
        let start = ((top + row) * side * width + left) * 3
        pixels.replaceSubrange(
          start..<start + width * 3, with: color.pixels[row * width * 3..<(row + 1) * width * 3])
      }
    }
    return try Image(width: side * width, height: side * height, channels: .rgb, pixels: pixels)
  }

  private static func quoted(_ name: String) -> String {
    "\"" + name.filter { !$0.isNewline }.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// The entries by folder and name: the list is written anew each time.
  private static let entries = Guarded<[String: [String: String]]>([:])

  private static func list(_ name: String, _ entry: String, in folder: String) throws(FileWriteError) {
    // Written behind the lock: of two threads, the one with the shorter list must not be the last.
    try entries.withLock { entries throws(FileWriteError) in
      entries[folder, default: [:]][name] = entry
      let text = (entries[folder] ?? [:]).sorted { $0.key < $1.key }.map(\.value).joined()
      try AtomicFile.write(text, to: "\(folder)/projector_config.pbtxt")
    }
  }
}
