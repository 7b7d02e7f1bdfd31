import Foundation
@_spi(Locks) import WeftTensor

/// An event file that grows: whole records, in the order in which they came, from any number of threads. What waits is
/// written when there is much of it, by a timer, and when the program ends.
final class EventFileWriter: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var failure: FileWriteError?
    var written = 0
    var isClosed = false
  }

  let path: String
  private let descriptor: Int32
  private let state = Guarded(State())
  private static let mostWaiting = 1 << 20

  /// A new file in a folder that exists, of a name that no other has.
  init(in folder: String) throws(FileWriteError) {
    let time = Int(Date().timeIntervalSince1970)
    let host = ProcessInfo.processInfo.hostName.filter { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "-_.".contains(letter))
    }
    var opened = -Int(EEXIST)
    var path = ""
    // The time comes first, since TensorBoard reads a folder's files in the order of their names.
    for _ in 0..<100 where opened == -Int(EEXIST) {
      let number = Self.files.withLock { count in
        count += 1
        return count
      }
      let process = ProcessInfo.processInfo.processIdentifier
      path = "\(folder)/events.out.tfevents.\(time).\(host.isEmpty ? "host" : host).\(process).\(number)"
      opened = FileCalls.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, mode: 0o644)
    }
    guard opened >= 0 else { throw FileWriteError(path, .create, Int32(-opened)) }
    (self.path, descriptor) = (path, Int32(opened))
    Self.open.add(self)
  }

  deinit { try? close() }

  /// Adds an event; a failure to write it is thrown by the next `flush()` or `close()`.
  func add(_ event: [UInt8]) {
    let record = RecordFraming.framed(event)
    state.withLock { state in
      guard !state.isClosed else { return }
      state.waiting += record
      if state.waiting.count > Self.mostWaiting { write(&state) }
    }
  }

  /// Hands what waits to the system.
  func flush() throws(FileWriteError) {
    let failure = state.withLock { state in
      write(&state)
      return state.failure
    }
    if let failure { throw failure }
  }

  /// Writes what waits, and ends the file.
  func close() throws(FileWriteError) {
    let failure = state.withLock { state in
      if !state.isClosed {
        write(&state)
        state.isClosed = true
        Foundation.close(descriptor)
      }
      return state.failure
    }
    if let failure { throw failure }
  }

  private func write(_ state: inout State) {
    guard state.failure == nil, !state.isClosed else { return state.waiting.removeAll() }
    var done = 0
    while done < state.waiting.count, state.failure == nil {
      let count = state.waiting[done...].withUnsafeBytes { result(of: systemWrite(descriptor, $0)) }
      if count >= 0 {
        done += count
      } else if count != -Int(EINTR) {
        state.failure = FileWriteError(path, .write, Int32(-count), bytesWritten: state.written + done)
      }
    }
    state.written += done
    state.waiting.removeAll(keepingCapacity: true)
  }

  private static let files = Guarded(0)
  private static let open = OpenEventFiles()
}

/// The event files of this process: flushed by a timer, and when the process ends.
private final class OpenEventFiles: Sendable {
  private struct Entry {
    weak var file: EventFileWriter?
  }

  private let files = Guarded<(entries: [Entry], isRunning: Bool)>(([], false))

  func add(_ file: EventFileWriter) {
    let isFirst = files.withLock { state in
      state.entries.removeAll { $0.file == nil }
      state.entries.append(Entry(file: file))
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard isFirst else { return }
    EndOfProcess.shared.withLock { $0 = self }
    atexit { EndOfProcess.shared.withLock { $0 }?.flushAll() }
    Thread.detachNewThread { [self] in
      while true {
        Thread.sleep(forTimeInterval: EventFileTimer.seconds)
        flushAll()
      }
    }
  }

  func flushAll() {
    let open = files.withLock { $0.entries.compactMap(\.file) }
    // A failure stays with its file, which throws it.
    for file in open { try? file.flush() }
  }
}

/// What the function at the end of the process finds: it can capture nothing.
private enum EndOfProcess {
  static let shared = Guarded<OpenEventFiles?>(nil)
}

/// How long events wait.
private enum EventFileTimer {
  static let seconds = 5.0
}
