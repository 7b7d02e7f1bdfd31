#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftData
import WeftTensor

/// The bytes of a file that is mapped, or of a part of one that was decompressed: what readers go through and tensors
/// lie over. Tensors keep the bytes alive, not the file's name.
///
/// A mapped file that somebody shortens meanwhile ends the process when a lost page is read, as it does for every
/// program that maps files; replacing it by a rename, as all of Weft's writers do, is harmless.
package final class FileMemory: Sendable {
  /// What errors call the file.
  package let name: String
  /// Where the bytes lie; tensors over them share it.
  package let storage: Storage
  /// Counted from here, a position in a file is one in `bytes`.
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage.pointer, count: storage.byteCount) }

  private init(name: String, storage: Storage) {
    self.name = name
    self.storage = storage
  }

  /// Memory to be filled.
  convenience init(name: String, byteCount: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let storage = Tensor(uninitialized: TensorSpec([byteCount], .uint8)).storage
    fill(UnsafeMutableRawBufferPointer(start: storage.pointer, count: byteCount))
    self.init(name: name, storage: storage)
  }

  /// Bytes that are in memory already, copied.
  package convenience init(_ file: FileBytes) {
    self.init(name: file.name, byteCount: file.bytes.count) { $0.copyBytes(from: file.bytes) }
  }

  /// Maps a file; what cannot be mapped is read, up to the limit.
  ///
  /// - Parameter isNamedInFile: Whether another file gave the path: a pipe or device, on which one could wait without end,
  ///   is refused then.
  package convenience init(
    mapping path: String, limits: LoadLimits, isNamedInFile: Bool = false
  ) throws(DataFileError) {
    var status = stat()
    if isNamedInFile, stat(path, &status) == 0, !status.isFile, status.st_mode & S_IFMT != S_IFDIR {
      throw DataFileError(.unreadable, file: path, expected: "a file", found: "a pipe or a device")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0, fstat(descriptor, &status) == 0, status.isFile, status.st_size > 0,
      let mapping = Mapping(descriptor, byteCount: Int(status.st_size))
    {
      close(descriptor)
      self.init(name: path, storage: Storage(of: mapping, at: mapping.start, byteCount: mapping.byteCount))
      return
    }
    if descriptor >= 0 { close(descriptor) }
    do throws(DataFileError) {
      self.init(try FileBytes(contentsOf: path, limit: limits.readBytes))
    } catch {
      throw error.code == .limitExceeded ? .limit("readBytes", path, expected: error.expected, error.found) : error
    }
  }

  /// A tensor's elements, row-major, and where in the memory they are: without a copy where they lie so.
  static func elements(of tensor: Tensor, named name: String) -> (memory: FileMemory, range: Range<Int>) {
    let dense = tensor.contiguous()
    let start = dense.offset * dense.dtype.byteCount
    return (FileMemory(name: name, storage: dense.storage), start..<start + dense.elementCount * dense.dtype.byteCount)
  }

  package var count: Int { storage.byteCount }

  /// The first bytes, for messages.
  var kind: FileKind { FileKind(firstBytes: bytes.prefix(512)) }
}

/// A private mapping of a whole file: writing copies the page first, so that the file never changes.
private final class Mapping: @unchecked Sendable {
  // Unchecked: the tensors that share the bytes write only where they are alone.
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  init?(_ descriptor: Int32, byteCount: Int) {
    let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
    guard let mapped, mapped != MAP_FAILED else { return nil }
    start = mapped
    self.byteCount = byteCount
  }

  deinit { munmap(start, byteCount) }
}

extension DataFileError {
  /// A limit was passed that an option raises.
  static func limit(
    _ option: String, _ file: String, at offset: Int? = nil, expected: String, _ found: String
  ) -> DataFileError {
    DataFileError(
      .limitExceeded, file: file, at: offset, expected: expected, found: found,
      hint: "if the file is meant to be so, raise `LoadLimits.\(option)`")
  }
}
