import CMPI
import Foundation

/// Short messages between single ranks, beside the collectives: where somebody is, that somebody ends.
struct Messages {
  enum Kind: Int32 {
    /// Asks where a rank is.
    case question
    /// Says it, as a `Standing`.
    case answer
    /// An error that ends the sender.
    case failure
    /// The sender has ended; the message is where it was, as a `Standing`.
    case ended
  }

  /// More than any `Standing` takes, whatever the names in it.
  private static let size = 4096
  private var sending: [(request: cmpi_request?, bytes: TransferMemory)] = []
  private let buffer = TransferMemory(count: Messages.size)

  /// Begins to send; nobody has to wait for it.
  mutating func send(_ kind: Kind, _ text: String, to rank: Int) {
    let bytes = Array(text.shortened(toBytes: Self.size).utf8)
    let memory = TransferMemory(count: bytes.count)
    memory.bytes.copyBytes(from: bytes)
    var request: cmpi_request?
    guard cmpi_start_send(memory.bytes.baseAddress, Int32(bytes.count), Int32(rank), kind.rawValue, &request) == 0
    else { return }
    sending.append((request, memory))
  }

  /// A message that has come, if there is one.
  mutating func receive() throws(MPIError) -> (kind: Kind, rank: Int, text: String)? {
    var (count, rank, tag): (Int32, Int32, Int32) = (0, -1, 0)
    try check(cmpi_receive(buffer.bytes.baseAddress, Int32(Self.size), &count, &rank, &tag), "receiving a message")
    guard rank >= 0, let kind = Kind(rawValue: tag) else { return nil }
    return (kind, Int(rank), String(decoding: buffer.bytes.prefix(Int(count)), as: UTF8.self))
  }

  /// Lets go of what was sent; whether all was.
  mutating func tidy() -> Bool {
    for place in sending.indices.reversed() {
      var isDone: Int32 = 0
      // One that cannot be sent is as good as sent: whom it was for is not there.
      let error = cmpi_test(&sending[place].request, &isDone)
      if isDone != 0 || error != 0 { sending.remove(at: place) }
    }
    return sending.isEmpty
  }
}
