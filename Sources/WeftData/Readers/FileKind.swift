/// What a file's first bytes say it is.
///
/// Used to explain a file that is not what was asked for; readers decide by their own format's rules.
public enum FileKind: String, Hashable, Sendable, CaseIterable {
  /// Often what a server sent in the file's place: a page that says why not.
  case htmlPage = "an HTML page"
  /// XML that is no page.
  case xml = "an XML document"
  /// The text that stands for a file which Git LFS has not fetched.
  case gitLFSPointer = "a Git LFS pointer"
  /// RFC 1952; most readers see through it.
  case gzip = "gzip data"
  /// A zip archive, as npz files and documents of office programs are.
  case zip = "a zip archive"
  /// Data that `bunzip2` unpacks.
  case bzip2 = "bzip2 data"
  /// Data that `xz` unpacks.
  case xz = "xz data"
  /// Data that `zstd` unpacks.
  case zstandard = "Zstandard data"
  /// A tar archive that is not compressed.
  case tar = "a tar archive"
  /// An image that `PNG` reads.
  case png = "a PNG image"
  /// A JPEG image.
  case jpeg = "a JPEG image"
  /// A GIF image.
  case gif = "a GIF image"
  /// A WebP image.
  case webp = "a WebP image"
  /// An image of Apple's cameras, or an AVIF one.
  case heif = "a HEIC or AVIF image"
  /// A TIFF image, or one of a camera's own formats.
  case tiff = "a TIFF image"
  /// A Windows bitmap.
  case bmp = "a BMP image"
  /// A PDF document.
  case pdf = "a PDF document"
  /// Numbers in MNIST's format, which `IDX` reads.
  case idx = "an IDX file"
  /// One whose sizes make sense with their bytes exchanged.
  case idxWrongByteOrder = "an IDX file in the wrong byte order"
  /// One array, as NumPy saves it.
  case npy = "a NumPy array (npy)"
  /// What Keras and many scientific programs save.
  case hdf5 = "an HDF5 file"
  /// A table by columns.
  case parquet = "a Parquet file"
  /// Python's own format, which can run programs: only what holds tensors is read, and nothing is ever run.
  case pickle = "a Python pickle"
  /// A model with its tokenizer, as llama.cpp reads it.
  case gguf = "a GGUF file"
  /// Named tensors after a header in JSON.
  case safetensors = "a safetensors file"
  /// A network's graph and its weights as a protocol buffer.
  case onnx = "an ONNX model"
  /// A program or a library.
  case elf = "a program (ELF)"
  /// Text of two bytes a character.
  case utf16Text = "text in UTF-16"
  /// Text that is none of the above.
  case text = "text"
  /// What a full disk leaves, or a file that was reserved and never written.
  case zeros = "a run of zero bytes"
  /// Anything else.
  case binary = "binary data of no known format"

  /// Reads the kind off a file's first bytes (some hundred are enough).
  public init(firstBytes bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(512))
    self = Self.match(start, Self.signatures) ?? Self.looser(start)
  }

  /// Whether it is a picture in a format that is not read.
  var isOtherImage: Bool { [.gif, .webp, .heif, .tiff, .bmp].contains(self) }

  /// What a user can do about a file of this kind that should have been another.
  var hint: String? {
    switch self {
    case .htmlPage: "a download may have been answered with a sign-in or error page: open it in an editor"
    case .gitLFSPointer: "the repository was cloned without its large files: run `git lfs pull`"
    case .utf16Text: "save it as UTF-8"
    case .zeros: "the disk may have been full, or the file was reserved and never written"
    default: nil
    }
  }
}

extension FileKind: CustomStringConvertible {
  /// The kind in words, with its article.
  public var description: String { rawValue }
}

extension FileKind {
  private static let signatures: [(kind: FileKind, bytes: [UInt8])] = [
    (.gitLFSPointer, Array("version https://git-lfs".utf8)),
    (.gzip, [0x1F, 0x8B]),
    (.zip, [0x50, 0x4B, 0x03, 0x04]),
    (.zip, [0x50, 0x4B, 0x05, 0x06]),
    (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
    (.zstandard, [0x28, 0xB5, 0x2F, 0xFD]),
    (.png, [0x89, 0x50, 0x4E, 0x47]),
    (.jpeg, [0xFF, 0xD8, 0xFF]),
    (.tiff, [0x49, 0x49, 0x2A, 0x00]), (.tiff, [0x4D, 0x4D, 0x00, 0x2A]),
    (.pdf, Array("%PDF".utf8)),
    (.npy, [0x93] + Array("NUMPY".utf8)),
    (.hdf5, [0x89] + Array("HDF".utf8)),
    (.elf, [0x7F] + Array("ELF".utf8)),
    (.utf16Text, [0xFF, 0xFE]),
    (.utf16Text, [0xFE, 0xFF]),
    (.gguf, Array("GGUF".utf8)),
    (.pickle, [0x80, 0x02]), (.pickle, [0x80, 0x03]), (.pickle, [0x80, 0x04]), (.pickle, [0x80, 0x05]),
  ]

  /// First bytes that a text may have as well: a table may begin with a column called "PAR1".
  private static let signaturesInLetters: [(kind: FileKind, bytes: [UInt8])] = [
    (.bzip2, Array("BZh".utf8)),
    (.gif, Array("GIF8".utf8)),
    (.parquet, Array("PAR1".utf8)),
  ]

  private static func match(_ start: [UInt8], _ signatures: [(kind: FileKind, bytes: [UInt8])]) -> FileKind? {
    signatures.first { start.starts(with: $0.bytes) }?.kind
  }

  /// The kinds that no fixed first bytes tell.
  private static func looser(_ start: [UInt8]) -> FileKind {
    if start.count >= 4, start.allSatisfy({ $0 == 0 }) { return .zeros }
    if start.count > 9, start[4...7].allSatisfy({ $0 == 0 }), start[8...9].elementsEqual("{\"".utf8) {
      return .safetensors
    }
    if start.starts(with: "RIFF".utf8), start.dropFirst(8).starts(with: "WEBP".utf8) { return .webp }
    if start.dropFirst(4).starts(with: "ftyp".utf8), isHEIF(start.dropFirst(8).prefix(4)) { return .heif }
    // A bitmap: two letters, the size in four bytes, four bytes of zero.
    if start.count > 10, start.starts(with: "BM".utf8), start[6...9].allSatisfy({ $0 == 0 }) { return .bmp }
    if isONNX(start) { return .onnx }
    if isIDX(start) { return .idx }
    if start.count >= 4, isIDX(start.prefix(4).reversed()) { return .idxWrongByteOrder }
    if start.dropFirst(257).starts(with: "ustar".utf8) { return .tar }
    return textual(start) ?? match(start, signaturesInLetters) ?? .binary
  }

  /// The brands of pictures in a container that films have as well.
  private static func isHEIF(_ brand: ArraySlice<UInt8>) -> Bool {
    ["heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis"].contains { brand.elementsEqual($0.utf8) }
  }

  /// Whether the first field is a version that ONNX's intermediate representation has had, and the next one of a model's.
  private static func isONNX(_ start: [UInt8]) -> Bool {
    guard start.count >= 3, start[0] == 0x08, (3...20).contains(start[1]) else { return false }
    // Producer, its version, domain, model version, documentation, graph, operator sets.
    return [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42].contains(start[2])
  }

  /// Those that `IDX` reads.
  private static let elementTypesOfIDX: [UInt8] = [0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E]

  private static func isIDX(_ start: [UInt8]) -> Bool {
    start.count >= 4 && start[0] == 0 && start[1] == 0 && start[3] > 0 && elementTypesOfIDX.contains(start[2])
  }

  /// The kind of a text: by its first tag, after a byte order mark and white space.
  private static func textual(_ start: [UInt8]) -> FileKind? {
    guard !start.contains(where: { $0 < 0x09 || (0x0E..<0x20).contains($0) || $0 == 0x7F }) else { return nil }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let body = (start.starts(with: mark) ? start.dropFirst(3) : start[...]).drop { $0 == 0x20 || (9...13).contains($0) }
    let lower = body.prefix(64).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    let pages = ["<!doctype html", "<html", "<head", "<body"]
    if pages.contains(where: { lower.starts(with: $0.utf8) }) { return .htmlPage }
    return lower.starts(with: "<?xml".utf8) ? .xml : .text
  }
}
