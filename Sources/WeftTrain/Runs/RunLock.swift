import Foundation
import WeftTensor

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Keeps a run's folder to one training: a file beside the folder, locked for as long as the training lives.
///
/// The system lets go of the lock when its process ends, in whatever way: a file that is left behind hinders nobody,
/// and the next training beside it on the same machine removes it. Locks of other machines stay, for a file system may
/// keep from one machine what another has locked; where it does, trainings of two machines do not see each other. A
/// container that gets a new host name at each start is another machine each time: the locks of its killed trainings
/// stay, and hinder nobody, until somebody removes them.
public final class RunLock {
  /// What the file says after the process, so that no other program's is taken for one.
  private static let mark = "weft"
  /// The bytes of the longest lock, a machine's name of 64 letters of any script among them.
  private static let longest = 300
  private let path: String
  private let descriptor: Int32

  /// Takes the lock of a folder.
  ///
  /// - Throws: `TensorError` that names the process that holds it.
  public init(_ folder: String) throws(TensorError) {
    path = Self.path(folder)
    guard let taken = Self.take(path) else {
      throw TensorError(
        .value, operation: "RunFolder", expected: "a folder that no other training writes to",
        got: "\(folder), to which process \(Self.holder(path)) does",
        hint: "wait for its end, or choose another folder")
    }
    descriptor = taken
    Self.sweep(beside: path)
    _ = ftruncate(descriptor, 0)
    let text = "\(getpid()) \(Self.mark) \(Self.host)\n"
    _ = text.withCString { write(descriptor, $0, strlen($0)) }
  }

  deinit {
    // While it is held: after that it may be another's.
    if descriptor >= 0 {
      unlink(path)
      close(descriptor)
    }
  }

  /// Whether a training writes to the folder now.
  public static func isHeld(_ folder: String) -> Bool {
    let file = open(path(folder), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  private static func path(_ folder: String) -> String {
    let place = URL(fileURLWithPath: folder).standardizedFileURL
    return place.deletingLastPathComponent().appendingPathComponent(".\(place.lastPathComponent).lock").path
  }

  /// The locked file; nil where another has it. Where no file can be made, or locked, nothing is: -1.
  private static func take(_ path: String) -> Int32? {
    var waits = 0
    for _ in 0..<100 {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard file >= 0 else { return -1 }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let isHeld = errno == EWOULDBLOCK
        close(file)
        if !isHeld { return -1 }
        // Who sweeps holds it for a moment.
        waits += 1
        if waits > 5 { return nil }
        usleep(2_000)
        continue
      }
      // Its last holder may have removed it before the lock was ours.
      var (own, present) = (stat(), stat())
      if fstat(file, &own) == 0, stat(path, &present) == 0, own.st_ino == present.st_ino { return file }
      close(file)
    }
    return nil
  }

  private static func holder(_ path: String) -> String {
    let words = words(path)
    guard let process = words.first, Int(process) != nil else { return "another" }
    return words.count > 2 && words[2] != host ? "\(process) on \(words[2])" : process
  }

  /// What a lock says: the process, `mark`, the machine.
  private static func words(_ path: String) -> [String] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    let text = String(decoding: (try? file.read(upToCount: longest)) ?? Data(), as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// This machine, in one word: the name it has itself, which no other machine is asked for.
  private static let host: String = {
    var bytes = [CChar](repeating: 0, count: 256)
    let isKnown = gethostname(&bytes, bytes.count - 1) == 0
    let text = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let name = text.filter { !$0.isWhitespace }.prefix(64)
    return isKnown && !name.isEmpty ? String(name) : "localhost"
  }()

  /// Removes the locks of this machine's trainings that were killed in the same folder.
  private static func sweep(beside path: String) {
    let own = URL(fileURLWithPath: path)
    let folder = own.deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(".lock") && name != own.lastPathComponent {
      remove("\(folder)/\(name)")
    }
  }

  /// Removes a file of this kind that nobody holds.
  private static func remove(_ path: String) {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var (own, present) = (stat(), stat())
    guard fstat(file, &own) == 0, own.st_mode & S_IFMT == S_IFREG, own.st_uid == geteuid(),
      own.st_size <= longest, flock(file, LOCK_EX | LOCK_NB) == 0, stat(path, &present) == 0,
      own.st_ino == present.st_ino
    else { return }
    let words = words(path)
    if words.count == 3, Int(words[0]) != nil, words[1] == mark, words[2] == host { unlink(path) }
  }
}
